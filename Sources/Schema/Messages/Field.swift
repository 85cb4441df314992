/// A field of a message, and what it may hold; an error names it.
struct Field {
    let name: StaticString

    init(_ name: StaticString) {
        self.name = name
    }

    func refuse(_ reason: String) -> WireError {
        WireError(reason: "\(name): \(reason)")
    }

    func within(_ value: Int, _ range: ClosedRange<Int>) throws(WireError) {
        guard range.contains(value) else {
            throw refuse("\(value) is not within \(range.lowerBound)...\(range.upperBound)")
        }
    }

    /// - Throws: also where the value is no number.
    func within(_ value: Double, _ range: ClosedRange<Double>) throws(WireError) {
        guard range.contains(value) else {
            throw refuse("\(value) is not within \(range.lowerBound)...\(range.upperBound)")
        }
    }

    /// - Parameter what: what there are too many of.
    func count(_ count: Int, atMost limit: Int) throws(WireError) {
        guard count <= limit else { throw refuse("\(count) entries, where \(limit) are allowed") }
    }

    func distinct(_ ids: [some Hashable]) throws(WireError) {
        guard Set(ids).count == ids.count else { throw refuse("one entry stands there twice") }
    }

    /// One line of any script, without control characters.
    func line(_ text: String, _ bytes: ClosedRange<Int>) throws(WireError) {
        guard bytes.contains(text.utf8.count) else {
            throw refuse("\(text.utf8.count) bytes, where \(bytes.lowerBound) to \(bytes.upperBound) are allowed")
        }
        guard text.isPrintable else { throw refuse("it has control characters") }
    }

    /// What may become the name of a column or a file.
    func name(_ text: String) throws(WireError) {
        try line(text, 1...MessageLimit.nameBytes)
        guard !text.utf8.contains(UInt8(ascii: "/")), text != ".", text != ".." else {
            throw refuse("a name may not be a path")
        }
    }

    func sha256(_ text: String) throws(WireError) {
        guard text.utf8.count == 64, text.isLowerHexadecimal else {
            throw refuse("a SHA-256 is 64 lower-case hexadecimal digits")
        }
    }

    /// A path that leads nowhere but down.
    func relativePath(_ path: String) throws(WireError) {
        try line(path, 1...MessageLimit.pathBytes)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= MessageLimit.pathDepth,
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 })
        else { throw refuse("it is no plain relative path") }
    }
}

extension String {
    /// Neither C0 nor C1 control characters nor Unicode's line and paragraph separators: what a terminal or a log would
    /// take for more than text.
    package var isPrintable: Bool {
        !unicodeScalars.contains { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
        }
    }

    var isLowerHexadecimal: Bool {
        utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }

    /// The text as one printable line, cut after `limit` bytes at the end of a character.
    package func oneLine(atMost limit: Int = .max) -> String {
        if utf8.count <= limit, isPrintable { return self }
        var line = ""
        var bytes = 0
        for scalar in unicodeScalars {
            let printed = String(scalar).isPrintable ? scalar : " "
            bytes += printed.utf8.count
            guard bytes <= limit else { break }
            line.unicodeScalars.append(printed)
        }
        return line
    }
}

/// The bounds of what a message's fields may hold; `Docs/security.md` lists them.
package enum MessageLimit {
    /// Whether a text may be the name of a metric.
    package static func isMetricName(_ text: String) -> Bool { (try? Field("metrics").name(text)) != nil }

    /// Metrics of one epoch or outcome.
    package static let metrics = 1_000
    /// Metrics of one study: each is a column.
    package static let studyMetrics = 1_000
    /// Bytes of a name: a metric's, a class's, an environment entry's.
    package static let nameBytes = 200
    /// Bytes of one line of text, such as a value of the environment.
    package static let lineBytes = 1_000
    /// Bytes that are kept of an error.
    package static let errorBytes = 4_000
    /// Attempts in one message.
    package static let attempts = 4_096
    package static let tags = 64
    /// Studies of one coordinator.
    package static let studies = 1_000
    /// Values that a trial sets in its experiment.
    package static let parameters = 1_000
    package static let environment = 64
    /// Files of a data set.
    package static let dataFiles = 10_000
    package static let pathBytes = 1_000
    package static let pathDepth = 32
    /// Trials, attempts, epochs.
    package static let number = Int(Int32.max)
    /// Bytes of a file, and everything else that is counted.
    package static let size = 1 << 50
    package static let slots = 4_096
}
