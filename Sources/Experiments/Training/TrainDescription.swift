import Architecture

/// The `train` section: the budget of a trial, which epoch is kept, and when training stops early.
package struct TrainDescription: Hashable, Sendable {
    /// The most epochs that a trial is trained; nil where a program alone knows when it is done.
    package let epochs: Int?
    package let select: SelectionRule
    /// nil trains all epochs.
    package let earlyStopping: EarlyStoppingDescription?
    /// nil judges and keeps the weights as they are.
    package let weightAveraging: WeightAveragingDescription?

    package init(
        epochs: Int?, select: SelectionRule, earlyStopping: EarlyStoppingDescription?,
        weightAveraging: WeightAveragingDescription? = nil
    ) {
        self.epochs = epochs
        self.select = select
        self.earlyStopping = earlyStopping
        self.weightAveraging = weightAveraging
    }
}

/// The average of the weights that is judged and kept in their place.
package enum WeightAveragingDescription: Hashable, Sendable {
    /// An exponential moving average over steps.
    case exponential(decay: Double)
    /// The mean over the ends of epochs, from this one on.
    case stochastic(start: Int)
}

extension WeightAveragingDescription {
    private enum Kind: String, CaseIterable {
        case none, ema, swa
    }

    /// - Parameter epochs: of the training; the last quarter of them is averaged where it is not said.
    fileprivate init?(reading section: Section, epochs: Int) throws(ExperimentError) {
        let kind: Kind = try section.choice("kind", noun: "weight averaging")
        section.kind = kind.rawValue
        switch kind {
        case .none: return nil
        case .ema: self = .exponential(decay: try section.double("decay", in: .fraction, default: 0.999))
        case .swa:
            self = .stochastic(
                start: try section.int("start", in: TrainDescription.epochRange, default: epochs * 3 / 4 + 1))
        }
    }
}

extension TrainDescription {
    static let epochRange = 1...1_000_000
    private static let usualEpochs = 20

    /// - Parameter root: `select` may stand there as well.
    init(reading section: Section, root: Section, task: LearningTask) throws(ExperimentError) {
        if root.has("select"), section.has("select") {
            throw root.error(at: "select", "stands in train as well; say it once")
        }
        epochs = try section.int("epochs", in: Self.epochRange, default: Self.usualEpochs)
        let given = root.optional("select") ?? section.optional("select") ?? section.empty("select")
        let (rule, node) = try given.section { select throws(ExperimentError) in
            try SelectionRule(reading: select, task: task)
        }
        section.note("select", node)
        select = rule
        earlyStopping = try section.unlessNone("early_stopping") {
            stopping throws(ExperimentError) in
            try EarlyStoppingDescription(reading: stopping)
        }
        let epochs = epochs
        weightAveraging =
            try section.unlessNone("weight_averaging") {
                averaging throws(ExperimentError) -> WeightAveragingDescription? in
                try WeightAveragingDescription(reading: averaging, epochs: epochs ?? Self.usualEpochs)
            } ?? nil
    }

    /// The epochs that the file's `train` section asks for, before it is read; what a schedule lasts by default. Bad
    /// ones are an error once the section is read.
    static func epochs(in root: Section) -> Int {
        guard let train = root.peek("train")?.node, let node = train.child("epochs") ?? (train.isNull ? nil : train)
        else { return usualEpochs }
        let value = ConfigValue(node: node, path: ConfigPath([]), file: root.file)
        return (try? value.int(in: epochRange)) ?? usualEpochs
    }
}

/// When to stop looking for a better epoch. The value it looks at is the one that selection monitors.
package struct EarlyStoppingDescription: Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        /// Stop when so many epochs passed without an improvement by more than `minDelta`.
        case patience(epochs: Int, minDelta: Double)
        /// Stop at the first epoch whose value is below the threshold; above it where the goal is to maximize.
        case threshold(Double)
    }

    package let rule: Rule
    /// Only note where training would have stopped, and go on.
    package let keepTraining: Bool

    package init(rule: Rule, keepTraining: Bool = false) {
        self.rule = rule
        self.keepTraining = keepTraining
    }
}

extension EarlyStoppingDescription {
    init(reading section: Section) throws(ExperimentError) {
        let rule: Rule
        switch (section.has("patience"), section.has("threshold")) {
        case (true, true):
            throw section.error(at: "threshold", "give patience or threshold, not both")
        case (_, false):
            section.kind = "stopping by patience"
            rule = .patience(
                epochs: try section.int("patience", in: 1...1_000_000),
                minDelta: try section.double("min_delta", in: .atLeast(0), default: 0))
        case (false, true):
            section.kind = "stopping by threshold"
            rule = .threshold(try section.double("threshold"))
        }
        self.init(rule: rule, keepTraining: try section.bool("keep_training", default: false))
    }
}

/// The `checkpoint` section: how much work a crash may cost, and how much room its prevention may take.
package struct CheckpointDescription: Hashable, Sendable {
    /// Training time between two checkpoints of a running trial.
    package let every: Duration
    /// Bytes that all checkpoints of the study may take together; nil where there is no bound.
    package let budget: Int?
    /// Whether the newest checkpoint of a completed trial stays, so that a larger budget of epochs goes on from it; of a
    /// program, it is all that there is.
    package let keepLast: Bool
}

extension CheckpointDescription {
    init(reading section: Section, isProgram: Bool) throws(ExperimentError) {
        every = try section.duration("every", default: .seconds(30))
        budget = try section.byteCountUnlessNone("budget")
        keepLast = try section.bool("keep_last", default: isProgram)
    }
}

/// What a worker has and an experiment may require: `gpu`, `bigmem`.
package enum WorkerTags {
    /// The most characters of a tag.
    static let longest = 64

    /// Letters, digits, `-`, `_` and `.`, so that several can be written with commas between them.
    static func isTag(_ text: some StringProtocol) -> Bool {
        let plain = (UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"))
        return (1...longest).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                plain.0.contains(byte) || plain.1.contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
            }
    }

    /// Reads `gpu,bigmem`, as a command line has it; a tag that stands twice counts once.
    ///
    /// - Returns: nil where a part is no tag.
    package static func read(_ text: String) -> [String]? {
        var tags: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard isTag(part) else { return nil }
            if !tags.contains(String(part)) { tags.append(String(part)) }
        }
        return tags
    }

    /// Reads a key of an experiment file: a list of tags, or one alone; none where the key is missing.
    static func read(_ key: String, of section: Section) throws(ExperimentError) -> [String] {
        var tags: [String] = []
        for value in try section.optional(key)?.elementsOrSingle() ?? [] {
            let tag = try value.string()
            guard isTag(tag) else {
                throw value.error("a tag has 1 to \(longest) letters, digits, - _ or ., but is \(value.node.summary)")
            }
            guard !tags.contains(tag) else { throw value.error("\"\(tag)\" stands twice") }
            tags.append(tag)
        }
        section.note(key, ConfigNode(.list(tags.map { ConfigNode(.string($0)) })))
        return tags
    }
}
