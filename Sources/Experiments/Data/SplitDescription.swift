/// How samples are shared out between training, validation and test.
package struct SplitDescription: Hashable, Sendable {
    /// What decides which samples come into which part.
    package enum Kind: Hashable, Sendable {
        /// Chance.
        case random
        /// Chance deals what the test part leaves into so many folds, of which one, counted from 0, validates.
        case fold(Int, count: Int)
        /// A table's column: samples of a group are in one part.
        case group(column: String)
        /// A table's column: the last samples test, those before them validate.
        case time(column: String)
    }

    package let kind: Kind
    /// nil trains on all that the other parts leave.
    package let training: Amount?
    /// nil where `data.labelled` says it, or where the source may set a validation part apart itself: then that, or a
    /// fifth of all samples where it has none.
    package let validation: Amount?
    /// nil takes the test part that the source itself sets apart; a fifth of all samples where it has none.
    package let test: Amount?
    /// Whether every class is shared out in the same proportion.
    package let stratified: Bool
    /// Whether each seed of a point has a split of its own.
    package let vary: Bool
    /// Which of the splits it is, from 0, where they vary.
    package let draw: Int
}

extension SplitDescription {
    /// - Parameter isLabelled: whether `data.labelled` says what trains and validates.
    init(
        reading section: Section, source: DataSourceDescription, isLabelled: Bool
    ) throws(ExperimentError) {
        let kind = try Kind(reading: section, source: source)
        self.kind = kind
        if kind != .random {
            if isLabelled { throw section.error(at: "kind", "data.labelled goes with a random split alone") }
            if section.has("train") {
                throw section.error(at: "train", "goes with a random split alone: the other parts leave what trains")
            }
        }
        training = section.has("train") ? try section.amount("train") : nil
        if case .fold = kind {
            if section.has("validation") {
                throw section.error(at: "validation", "the folds say how many validate: leave it out")
            }
            validation = nil
        } else if isLabelled {
            for key in ["train", "validation"] where section.has(key) {
                throw section.error(at: key, "data.labelled says how many train and validate: give one of the two")
            }
            validation = nil
        } else {
            // The files will tell; what they tell cannot be noted down here.
            validation =
                source.hasTestPart == nil && !section.has("validation")
                ? nil : try section.amount("validation", default: .share(0.2))
        }
        test = try Self.test(section, source: source)
        switch kind {
        case .random, .fold: stratified = try section.bool("stratified", default: source.task == .classification)
        case .group, .time:
            stratified = try section.bool("stratified", default: false)
            if stratified { throw section.error(at: "stratified", "the column says which samples go together") }
        }
        vary = try section.bool("vary", default: false)
        if vary, case .time = kind {
            throw section.error(at: "vary", "the column's order leaves nothing to chance")
        }
        // Each trial has its own, by which of its point's seeds it has.
        draw = vary ? try section.int("draw", in: 0...1_000_000, default: 0) : 0
        if case .share(let validation) = validation {
            let test: Double = if case .share(let share) = test, source.hasTestPart == false { share } else { 0 }
            let training: Double = if case .share(let share) = training { share } else { 0 }
            guard validation + test < 1 else {
                throw section.error(
                    at: section.has("test") ? "test" : "validation",
                    "validation (\(validation)) and test (\(test)) leave nothing to train on")
            }
            guard training + validation + test <= 1 else {
                throw section.error(
                    at: "train", "train (\(training)), validation and test take more than all samples")
            }
        }
        if stratified, source.task == .regression {
            throw section.error(at: "stratified", "a regression has no classes to stratify by")
        }
    }

    fileprivate enum Word: String, CaseIterable {
        case random
        case kFold = "k_fold"
        case group, time
    }

    private static func test(_ section: Section, source: DataSourceDescription) throws(ExperimentError) -> Amount? {
        if let given = section.peek("test"), case .scalar(let scalar) = given.node.content, scalar.text == "own" {
            guard source.hasTestPart != false else {
                throw given.error("the source has no test part of its own: give a share or a count")
            }
            return try ownTest(section)
        }
        if section.has("test") { return try section.amount("test") }
        switch source.hasTestPart {
        case true?: return try ownTest(section)
        case false?: return try section.amount("test", default: .share(0.2))
        // The files will tell; what they tell cannot be noted down here.
        case nil: return nil
        }
    }

    private static func ownTest(_ section: Section) throws(ExperimentError) -> Amount? {
        _ = try section.string("test", default: "own")
        return nil
    }
}

extension SplitDescription.Kind {
    fileprivate init(reading section: Section, source: DataSourceDescription) throws(ExperimentError) {
        let word: SplitDescription.Word = try section.choice("kind", noun: "kind of split", default: .random)
        section.kind = "\(word.rawValue) split"
        switch word {
        case .random: self = .random
        case .kFold:
            let count = try section.int("folds", in: 2...1000, default: 5)
            // Each trial has its own, by which of its point's seeds it has.
            self = .fold(try section.int("fold", in: 0...count - 1, default: 0), count: count)
        case .group: self = .group(column: try Self.column(section, source))
        case .time: self = .time(column: try Self.column(section, source))
        }
    }

    private static func column(_ section: Section, _ source: DataSourceDescription) throws(ExperimentError) -> String {
        guard case .csv(let table) = source else {
            throw section.error(at: "kind", "goes by a column, and only a table of your own ({csv: FILE}) has columns")
        }
        let column = try section.string("column")
        guard column != table.target else {
            throw section.error(at: "column", "\(column) is the target")
        }
        return column
    }
}

/// How many samples: a share of those there are, or a count.
package enum Amount: Hashable, Sendable {
    /// Above 0, below 1.
    case share(Double)
    /// At least 1.
    case count(Int)
}

extension Section {
    /// A share below 1, or a whole number from 1.
    func amount(_ key: String, default: Amount? = nil) throws(ExperimentError) -> Amount {
        if let `default`, !has(key) {
            _ = optional(key)
            return noted(key, `default`)
        }
        let given = try required(key)
        if let count = try? given.int(in: 1...1_000_000_000) { return noted(key, .count(count)) }
        let value = try given.double()
        guard value > 0, value < 1 else {
            throw given.error(
                "must be a share above 0 and below 1, or a count of samples, but is \(given.node.summary)")
        }
        return noted(key, .share(value))
    }

    private func noted(_ key: String, _ amount: Amount) -> Amount {
        switch amount {
        case .share(let share): note(key, ConfigNode(.double(share)))
        case .count(let count): note(key, ConfigNode(.int(count)))
        }
        return amount
    }
}
