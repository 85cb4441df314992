/// The metrics of a study: a name's place is its number, which it gets with the first row that has it.
package struct MetricTable: Hashable, Sendable {
    package private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    package init(_ names: some Sequence<String> = []) {
        for name in names { register(name) }
    }

    package var count: Int { names.count }

    /// Nil where the name has none yet.
    package func number(of name: String) -> Int? { numbers[name] }

    /// Gives a name the next number, unless it has one.
    @discardableResult
    package mutating func register(_ name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// Takes note of the number that another table gives a name; one that would leave a gap is left out.
    package mutating func learn(_ name: String, _ number: Int) {
        if number == names.count { register(name) }
    }
}

/// The names that rows of the same metrics share.
package final class MetricNames: Sendable {
    let names: [String]

    init(_ names: [String]) {
        self.names = names
    }
}

/// Values of metrics, by name; may hold NaN. A study's rows share the names of their metrics.
package struct MetricValues: Sendable {
    private let shared: MetricNames
    private let values: [Double]

    init(_ names: MetricNames, _ values: [Double]) {
        shared = names
        self.values = values
    }

    package init(_ values: [String: Double]) {
        let sorted = values.sorted { $0.key < $1.key }
        self.init(MetricNames(sorted.map(\.key)), sorted.map(\.value))
    }

    package subscript(name: String) -> Double? {
        // There are few: a dictionary for each row would cost far more than it saves.
        shared.names.firstIndex(of: name).map { values[$0] }
    }

    package var names: [String] { shared.names }
    package var asDictionary: [String: Double] { Dictionary(zip(shared.names, values)) { $1 } }
}

extension MetricValues: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Double)...) {
        self.init(Dictionary(elements) { $1 })
    }
}

extension MetricValues: Hashable {
    package static func == (one: MetricValues, other: MetricValues) -> Bool {
        one.shared === other.shared || one.shared.names == other.shared.names
            ? one.values == other.values : one.asDictionary == other.asDictionary
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(asDictionary) }
}

extension MetricValues: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: String, value: Double)> {
        zip(shared.names, values).lazy.map { (key: $0, value: $1) }.makeIterator()
    }
}
