package import Architecture

/// An experiment file's content, checked as far as can be without the data.
package struct Experiment: Hashable, Sendable {
    package let name: String?
    /// Of the data's split, of the search, and, with a replicate's number, of every trial.
    package let seed: UInt64
    package let program: TrialProgram
    package let train: TrainDescription
    package let checkpoint: CheckpointDescription
    /// Tags that a worker must have.
    package let requires: [String]
    package let search: SearchDescription
}

/// What runs a trial.
package enum TrialProgram: Hashable, Sendable {
    /// Winnow's own training.
    case builtIn(BuiltInTraining)
    /// A command.
    case command(ProgramDescription)
}

/// What Winnow's own training needs, and no other program.
package struct BuiltInTraining: Hashable, Sendable {
    package let data: DataDescription
    package let model: ModelTemplate
    package let loss: LossDescription
    package let regularize: RegularizationDescription
    /// nil where only labelled samples teach.
    package let pseudoLabel: PseudoLabelDescription?
    package let optimizer: OptimizerDescription
}

extension Experiment {
    /// Winnow's own training; nil where a command runs the trials.
    package var training: BuiltInTraining? {
        if case .builtIn(let training) = program { training } else { nil }
    }

    /// Winnow's own training.
    ///
    /// - Precondition: that is what runs the trials.
    package var builtIn: BuiltInTraining {
        guard let training else { preconditionFailure("a command runs the trials") }
        return training
    }

    /// The models that the trials read, as their paths stand in the file.
    package var modelFiles: [GivenModelFile] {
        var files: [GivenModelFile] = []
        if case .threshold(_, .given(let path)) = training?.pseudoLabel?.kind {
            files.append(GivenModelFile(use: .teacher, path: path))
        }
        if let path = training?.model.pretrained { files.append(GivenModelFile(use: .pretrained, path: path)) }
        return files
    }

    /// The values of a trial, and what follows from which of its point's seeds it has: the fold that validates, the split.
    package func assignment(_ values: Assignment, ofReplicate replicate: Int) -> Assignment {
        guard let split = training?.data.split else { return values }
        var elements = values.elements
        var draw = replicate
        if case .fold(_, let count) = split.kind {
            elements.append(.init(path: "data.split.fold", value: .int(replicate % count)))
            draw = replicate / count
        }
        if split.vary { elements.append(.init(path: "data.split.draw", value: .int(draw))) }
        return Assignment(elements)
    }

    init(reading root: Section) throws(ExperimentError) {
        let name = try StudyName.read("name", of: root)
        let seed = try root.int("seed", in: 0...Int.max, default: 0)
        let program: TrialProgram
        let train: TrainDescription
        let names: SearchParameter.Names
        var folds: Int?
        if root.has("program") {
            let command = try ProgramDescription(readingFrom: root)
            let rule = try root.section("select") { section throws(ExperimentError) in
                try SelectionRule(readingForProgram: section)
            }
            program = .command(command)
            train = TrainDescription(epochs: command.epochs, select: rule, earlyStopping: nil)
            names = .arguments
        } else {
            // Known, though it is not there.
            _ = root.optional("program")
            let training = try BuiltInTraining(reading: root)
            program = .builtIn(training)
            train = try root.section("train") { section throws(ExperimentError) in
                try TrainDescription(reading: section, root: root, task: training.data.task)
            }
            names = .keys
            if case .fold(_, let count) = training.data.split.kind { folds = count }
        }
        let checkpoint = try root.section("checkpoint") { section throws(ExperimentError) in
            try CheckpointDescription(reading: section, isProgram: names == .arguments)
        }
        let requires = try WorkerTags.read("requires", of: root)
        let search = try root.section("search") { section throws(ExperimentError) in
            try SearchDescription(reading: section, names: names, folds: folds, epochs: train.epochs)
        }
        self.init(
            name: name, seed: UInt64(seed), program: program, train: train, checkpoint: checkpoint,
            requires: requires, search: search)
    }
}

extension BuiltInTraining {
    init(reading root: Section) throws(ExperimentError) {
        let hint = LossDescription.task(in: root)
        let data = try root.section("data") { section throws(ExperimentError) in
            try DataDescription(reading: section, taskHint: hint)
        }
        let model = try root.section("model") { section throws(ExperimentError) in
            try ModelTemplate(
                reading: section, standardizedTarget: data.scaleTarget && data.scale == .standardize)
        }
        let loss = try root.section("loss") { section throws(ExperimentError) in
            try LossDescription(reading: section, task: data.task)
        }
        let regularize = try root.section("regularize") { section throws(ExperimentError) in
            try RegularizationDescription(reading: section, task: data.task)
        }
        let pseudoLabel = try PseudoLabelDescription.read(
            "pseudo_label", of: root, data: data, loss: loss.kind.rawValue,
            trainEpochs: TrainDescription.epochs(in: root))
        let optimizer = try root.section("optimizer") { section throws(ExperimentError) in
            try OptimizerDescription(reading: section, epochs: TrainDescription.epochs(in: root))
        }
        self.init(
            data: data, model: model, loss: loss, regularize: regularize, pseudoLabel: pseudoLabel, optimizer: optimizer
        )
    }
}

/// A `best.h5` that an experiment file names.
package struct GivenModelFile: Hashable, Sendable {
    /// What it is for: the key that names it.
    package enum Use: String, Hashable, Sendable, CaseIterable {
        /// It labels the unlabelled samples.
        case teacher = "pseudo_label.teacher"
        /// The model begins with its weights.
        case pretrained = "model.pretrained"
    }

    package let use: Use
    package let path: String

    package init(use: Use, path: String) {
        self.use = use
        self.path = path
    }
}

/// The name of an experiment, which is also that of its study's folder.
enum StudyName {
    /// The most bytes of UTF-8: what a file system takes, less what a temporary file's name adds.
    static let longest = 200

    /// - Throws: ``ExperimentError`` where the name cannot be that of one folder, or would break the lines that show it.
    static func read(_ key: String, of root: Section) throws(ExperimentError) -> String? {
        guard let name = try root.optionalString(key) else { return nil }
        if let reason = mistake(in: name) {
            throw root.error(at: key, "\(reason): it is also the name of the study's folder, studies/NAME")
        }
        return name
    }

    private static func mistake(in name: String) -> String? {
        if name.hasPrefix(".") { return "a name must not begin with a dot" }
        if name.contains("/") { return "a name must not have a slash" }
        if name.utf8.count > longest { return "a name has at most \(longest) bytes" }
        if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
            return "a name must not begin or end with a space"
        }
        let breaks = name.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        return breaks ? "a name must not have a tab, a line break or another control character" : nil
    }
}
