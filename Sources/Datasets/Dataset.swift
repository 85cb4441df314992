/// Samples and their targets as in their source, neither split nor scaled.
package struct Dataset: Sendable {
    /// The built-in's name, or the file's.
    package let name: String
    /// The shape of one sample: `[13]` for a table, `[1, 28, 28]` (channels, height, width) for images.
    package let sampleShape: [Int]
    /// Row-major, count x product of `sampleShape`.
    package let samples: Samples
    package let targets: Targets
    /// A table's columns that are features, of which each sample has a number (see ``TableColumn/Kind``); empty for images.
    package let columns: [TableColumn]
    /// What a table's rows are split by; nil where no column says it.
    package let splitKeys: SplitKeys?
    /// The SHA-256 of the source file's bytes, in lower-case hexadecimal; of several files, that of their list (see
    /// ``FileListDigest``).
    package let digest: String
    /// The parts that the source sets apart.
    package let own: OwnParts
    /// Possible mistakes in the data, one line each: what, where, and what to do.
    package let warnings: [String]

    /// How many samples there are.
    package var count: Int { targets.count }

    package var featureCount: Int { sampleShape.reduce(1, *) }

    /// The names of ``columns``; positions in a file without a header.
    package var featureNames: [String] { columns.map(\.name) }

    package init(
        name: String, sampleShape: [Int], samples: Samples, targets: Targets, columns: [TableColumn] = [],
        splitKeys: SplitKeys? = nil, digest: String, own: OwnParts = OwnParts(), warnings: [String] = []
    ) {
        precondition(samples.count == targets.count * sampleShape.reduce(1, *), "features do not fill the samples")
        for part in [own.test, own.validation, own.unlabelled] {
            precondition(part.map { 0...targets.count ~= $0.upperBound } ?? true, "a part has more rows than there are")
        }
        self.name = name
        self.sampleShape = sampleShape
        self.samples = samples
        self.targets = targets
        self.columns = columns
        self.splitKeys = splitKeys
        self.digest = digest
        self.own = own
        self.warnings = warnings
    }
}

/// What tells, of each row of a table, where a split may put it.
package enum SplitKeys: Sendable, Equatable {
    /// The group that a row belongs to, an index into `names`.
    case groups([Int32], names: [String], column: String)
    /// When a row happened.
    case times([Double], column: String)
}

/// The rows that a source itself sets apart, such as MNIST's 10,000 test images. All other rows are split.
package struct OwnParts: Sendable, Equatable {
    package var test: Range<Int>?
    package var validation: Range<Int>?
    /// Rows whose class is not used: it is -1 if it is unknown, which only these rows may have.
    package var unlabelled: Range<Int>?

    package init(test: Range<Int>? = nil, validation: Range<Int>? = nil, unlabelled: Range<Int>? = nil) {
        self.test = test
        self.validation = validation
        self.unlabelled = unlabelled
    }

    /// The rows of 0..<count that are in none of the parts, ascending.
    func remaining(of count: Int) -> [Int] {
        let parts = [test, validation, unlabelled].compactMap { $0 }
        guard !parts.isEmpty else { return Array(0..<count) }
        return (0..<count).filter { row in !parts.contains { $0.contains(row) } }
    }
}

/// The targets to predict, one for each sample.
package enum Targets: Sendable, Equatable {
    /// An index into `names` for each sample.
    case classes([Int32], names: [String])
    /// A number for each sample; in double precision, since it is scaled before it is rounded.
    case values([Double])

    package var count: Int {
        switch self {
        case .classes(let indices, names: _): indices.count
        case .values(let values): values.count
        }
    }

    /// The classes' names; nil for numeric targets.
    package var classNames: [String]? {
        switch self {
        case .classes(_, let names): names
        case .values: nil
        }
    }

    /// The advice for classes that look like numbers to predict; nil if they do not.
    ///
    /// They do if all are numbers, and if there are more than ten with decimals among them, or more than twenty whole ones
    /// of which most occur less than five times.
    package var regressionHint: String? {
        guard case .classes(let labels, let names) = self else { return nil }
        let numbers = names.compactMap { Double($0) }
        guard numbers.count == names.count else { return nil }
        let areWhole = numbers.allSatisfy { $0 == $0.rounded() }
        guard areWhole ? names.count > 20 && labels.count < 5 * names.count : names.count > 10 else { return nil }
        return
            "the target has \(names.count) different numbers in \(labels.count) samples, which are classes now and "
            + "look like a regression's: say task: regression"
    }

    /// The targets of the samples at `rows`, in that order.
    func selecting(_ rows: [Int]) -> Targets {
        switch self {
        case .classes(let indices, let names): .classes(rows.map { indices[$0] }, names: names)
        case .values(let values): .values(rows.map { values[$0] })
        }
    }
}

/// What kind of target a column holds.
package enum TargetKind: Sendable, Hashable {
    /// Labels: any text, or integers.
    case classes
    /// Numbers.
    case values
}
