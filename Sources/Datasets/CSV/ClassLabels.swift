/// Assigns a class to every distinct label.
///
/// Labels that differ only in their Unicode normalisation are one class. If all labels are numbers, equal numbers are one
/// class as well: `1` and `1.0`. Such a class has the shortest spelling as its name, a whole number without a point.
struct ClassLabels {
    private var indices: [Int32] = []
    /// The index of every spelling but for normalisation, in order of appearance.
    private var spellingIndices: [String: Int32] = [:]
    private var spellings: [String] = []

    var isEmpty: Bool { indices.isEmpty }

    mutating func append(_ label: String) {
        let next = Int32(spellings.count)
        // Swift's equality of texts is Unicode's canonical equivalence.
        let index = spellingIndices[label, default: next]
        indices.append(index)
        guard index < next else {
            spellingIndices[label] = next
            spellings.append(label)
            return
        }
        // Not the first spelling, but the same one whatever the order of the rows.
        if !spellings[Int(index)].utf8.elementsEqual(label.utf8) {
            spellings[Int(index)] = Self.shorter(spellings[Int(index)], label)
        }
    }

    /// The labels as class indices. Names are sorted as numbers if all are numbers, else by their characters, so the order
    /// of the rows does not matter.
    var targets: Targets {
        let table = LabelTable(spellings)
        let order = spellings.map { table.index(of: $0) ?? 0 }
        return .classes(indices.map { order[Int($0)] }, names: table.names)
    }

    /// The classes, for looking up other labels.
    var table: LabelTable { LabelTable(spellings) }

    fileprivate static func shorter(_ one: String, _ other: String) -> String {
        let (a, b) = (Array(one.utf8), Array(other.utf8))
        return a.count == b.count ? (a.lexicographicallyPrecedes(b) ? one : other) : (a.count < b.count ? one : other)
    }
}

/// The classes of a data set's labels, in order.
struct LabelTable {
    let names: [String]
    private let numbers: [LabelNumber: Int32]?
    private let texts: [String: Int32]

    init(_ spellings: [String]) {
        let values = spellings.map { LabelNumber($0) }
        guard !values.contains(nil) else {
            names = Set(spellings).sorted()
            numbers = nil
            texts = Dictionary(zip(names, Int32(0)...)) { first, _ in first }
            return
        }
        var spelling: [LabelNumber: [String]] = [:]
        for (text, value) in zip(spellings, values) { if let value { spelling[value, default: []].append(text) } }
        let sorted = spelling.keys.sorted { ($0.value, $0.whole ?? 0) < ($1.value, $1.whole ?? 0) }
        names = sorted.map { number in
            let texts = spelling[number] ?? []
            if texts.count > 1, let whole = number.whole { return String(whole) }
            return texts.dropFirst().reduce(texts[0], ClassLabels.shorter)
        }
        numbers = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(0)...))
        texts = [:]
    }

    /// The class of a label; nil if there is none.
    func index(of label: String) -> Int32? {
        guard let numbers else { return texts[label] }
        return LabelNumber(label).flatMap { numbers[$0] }
    }
}

/// A numeric label.
private struct LabelNumber: Hashable {
    let value: Double
    /// Nil if it is not a whole number, or one that no Double holds.
    let whole: Int?

    init?(_ text: String) {
        var text = text
        let value = text.withUTF8 { CellValue($0, from: 0, to: $0.count) }
        guard case .number(let number) = value else { return nil }
        let isExact = abs(number) < 0x1p53
        // Zero has two signs.
        self.value = number == 0 ? 0 : number
        whole = isExact && number == number.rounded() ? Int(number) : isExact ? nil : Int(text)
    }
}
