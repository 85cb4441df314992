import Foundation

/// Metrics that a program has reported at once.
package struct MetricReport: Hashable, Sendable {
    /// As the program counts, from whatever number and in whatever steps; nil where it does not say.
    package var epoch: Double?
    package var values: [String: Double]
    /// Whether the program can go on from here.
    package var isCheckpoint: Bool
    /// Whether the program told Winnow so, not a person or another tool.
    package var isExplicit = false

    package init(epoch: Double? = nil, values: [String: Double] = [:], isCheckpoint: Bool = false) {
        self.epoch = epoch
        self.values = values
        self.isCheckpoint = isCheckpoint
    }
}

extension MetricReport {
    /// What line of a program's output holds a JSON object for Winnow.
    private static let prefix = Array("winnow {".utf8)

    /// Reads a JSON object: `{"epoch": 3, "val_loss": 0.31, "checkpoint": true}`.
    ///
    /// NaN and infinities are taken as Python writes them. An object within it gives names with a slash,
    /// `{"val": {"loss": 1}}` being `val/loss`; texts, lists and nulls are left out.
    ///
    /// - Returns: nil where the bytes are no object.
    package init?(json bytes: some Sequence<UInt8>) {
        guard let fields = try? Self.decoder.decode([String: JSONField].self, from: Data(bytes)) else { return nil }
        self.init()
        isExplicit = true
        for (name, field) in fields {
            switch (name, field) {
            case ("epoch", .number(let number)): epoch = number
            case ("checkpoint", .bool(let isTrue)): isCheckpoint = isTrue
            default: take(field, as: name)
            }
        }
    }

    /// Reads a line `winnow {...}` of a program's output; nil where it is another.
    package init?(marked line: some Collection<UInt8>) {
        guard line.starts(with: Self.prefix) else { return nil }
        self.init(json: line.dropFirst(Self.prefix.count - 1))
    }

    private mutating func take(_ field: JSONField, as name: String) {
        switch field {
        case .number(let number): values[name] = number
        case .bool(let isTrue): values[name] = isTrue ? 1 : 0
        case .object(let fields): for (inner, field) in fields { take(field, as: "\(name)/\(inner)") }
        case .other: break
        }
    }

    // JSON5 is JSON with, among other things, the numbers NaN and Infinity.
    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return decoder
    }()
}

private enum JSONField: Decodable {
    case number(Double)
    case bool(Bool)
    case object([String: JSONField])
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let isTrue = try? container.decode(Bool.self) {
            self = .bool(isTrue)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let fields = try? container.decode([String: JSONField].self) {
            self = .object(fields)
        } else {
            self = .other
        }
    }
}

// MARK: Lines of text

extension MetricReport {
    /// Reads a line of a program's output with `name=value` or `name: value`, as Katib and Guild do: a name begins with a
    /// letter, and the value is a whole number or a decimal one, nan or inf. `Epoch 3/10` and `epoch: 3` count epochs.
    ///
    /// - Returns: nil where it has neither.
    package init?(text line: some Collection<UInt8>) {
        self.init()
        let line = Array(line)
        var place = 0
        while place < line.count {
            guard Self.isLetter(line[place]), place == 0 || !Self.isOfName(line[place - 1]) else {
                place += 1
                continue
            }
            let start = place
            while place < line.count, Self.isOfName(line[place]) { place += 1 }
            let name = String(decoding: line[start..<place], as: UTF8.self)
            var next = place
            while next < line.count, line[next] == 0x20 { next += 1 }
            let isAssigned = next < line.count && (line[next] == UInt8(ascii: "=") || line[next] == UInt8(ascii: ":"))
            let isEpoch = Self.epochNames.contains(name.lowercased())
            guard isAssigned || isEpoch && next > place else { continue }
            if isAssigned { next += 1 }
            while next < line.count, line[next] == 0x20 { next += 1 }
            guard let (value, end) = Self.number(line, at: next, mayBeFraction: isEpoch) else { continue }
            place = end
            if isEpoch { epoch = value } else { values[name] = value }
        }
        if epoch == nil, values.isEmpty { return nil }
    }

    private static let epochNames: Set = ["epoch", "epochs"]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-./@".utf8.contains(byte)
    }

    /// A number that ends where a word ends.
    ///
    /// - Parameter mayBeFraction: whether `3/10` is a 3.
    private static func number(_ line: [UInt8], at start: Int, mayBeFraction: Bool) -> (Double, end: Int)? {
        var end = start
        while end < line.count, isDigit(line[end]) || isLetter(line[end]) || "+-.".utf8.contains(line[end]) { end += 1 }
        var text = String(decoding: line[start..<end], as: UTF8.self)
        // The end of a sentence.
        if text.hasSuffix("."), text.count > 1 { text.removeLast() }
        guard let first = text.utf8.first, !text.isEmpty else { return nil }
        let isWord = isLetter(first)
        if isWord, !["nan", "inf", "infinity"].contains(text.lowercased()) { return nil }
        // Double takes hexadecimal numbers as well.
        guard !text.lowercased().hasPrefix("0x"), let value = Double(text) else { return nil }
        if end < line.count {
            let after = line[end]
            if after == UInt8(ascii: "/") { return mayBeFraction ? (value, end) : nil }
            if after == UInt8(ascii: ":"), !mayBeFraction { return nil }
        }
        return (value, end)
    }
}

/// Metrics that regular expressions find in lines of text.
package struct MetricPatterns {
    private let patterns: [(metric: String, expression: Regex<AnyRegexOutput>)]

    /// - Throws: where one is no regular expression.
    package init(_ patterns: [(metric: String, expression: String)]) throws {
        self.patterns = try patterns.map { ($0.metric, try Regex($0.expression)) }
    }

    /// - Returns: nil where the line has none.
    package func report(_ line: some Collection<UInt8>) -> MetricReport? {
        let text = String(decoding: line, as: UTF8.self)
        var report = MetricReport()
        for (metric, expression) in patterns {
            guard let match = try? expression.firstMatch(in: text) else { continue }
            let group = match.output.count > 1 ? match.output[1] : match.output[0]
            guard let word = group.substring, let value = Double(word) else { continue }
            if metric == "epoch" { report.epoch = value } else { report.values[metric] = value }
        }
        return report == MetricReport() ? nil : report
    }
}
