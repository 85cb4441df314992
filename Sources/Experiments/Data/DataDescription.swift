/// The `data` section: which samples, how they are shared out, scaled and drawn, and how many make a batch.
package struct DataDescription: Hashable, Sendable {
    package let source: DataSourceDescription
    package let task: LearningTask
    package let split: SplitDescription
    /// How many samples of each class train, where that is not what the split leaves.
    package let imbalance: [Int]?
    /// nil where all samples have labels.
    package let labelled: LabelledDescription?
    package let scale: ScaleDescription
    /// Whether a regression's target is scaled as the features are.
    package let scaleTarget: Bool
    /// Random changes of training images, in order.
    package let augment: [AugmentationDescription]
    package let sampler: SamplerDescription
    /// Samples in a training step.
    package let batchSize: Int
    /// Whether an epoch leaves out the samples that fill no batch, as PyTorch's `DataLoader` does with `drop_last`.
    package let dropLast: Bool

    /// Whether some samples may have no labels; an HDF5 file can hold such.
    package var hasUnlabelledPart: Bool {
        if case .hdf5 = source { true } else { labelled != nil }
    }
}

/// How an epoch's training samples are drawn.
package enum SamplerDescription: String, Hashable, Sendable, CaseIterable {
    /// Each once, in random order.
    case uniform
    /// As many as there are, with replacement, each with the weight 1 / (samples of its class).
    case weighted
}

extension DataDescription {
    /// - Parameter hint: the task that the rest of the file tells of, for a source that does not say.
    init(reading section: Section, taskHint hint: LearningTask?) throws(ExperimentError) {
        let source = try DataSourceDescription(reading: section.required("source"), notedIn: section, taskHint: hint)
        self.source = source
        let task = source.task
        self.task = task
        let isLabelled = section.peek("labelled").map { !$0.node.isNone } ?? false
        split = try section.section("split") { split throws(ExperimentError) in
            try SplitDescription(reading: split, source: source, isLabelled: isLabelled)
        }
        imbalance = try Self.imbalance(section)
        labelled = try section.unlessNone("labelled") { labelled throws(ExperimentError) in
            try LabelledDescription(reading: labelled)
        }
        scale = try ScaleDescription.read("scale", of: section)
        scaleTarget = try section.bool("scale_target", default: false)
        augment = try AugmentationDescription.readList("augment", of: section)
        sampler = try section.choice("sampler", default: .uniform)
        batchSize = try section.int("batch_size", in: 1...1_000_000, default: 32)
        dropLast = try section.bool("drop_last", default: false)
        try check(section)
    }

    /// - Returns: nil for `none`.
    private static func imbalance(_ section: Section) throws(ExperimentError) -> [Int]? {
        guard let given = section.optional("imbalance"), !given.node.isNone else {
            section.note("imbalance", ConfigNode(.string("none")))
            return nil
        }
        return try section.ints("imbalance", in: 1...1_000_000_000, default: [])
    }

    private func check(_ section: Section) throws(ExperimentError) {
        if task == .regression {
            for (key, isGiven) in [
                ("imbalance", imbalance != nil), ("labelled", labelled != nil), ("sampler", sampler == .weighted),
            ] where isGiven {
                throw section.error(at: key, "needs classes, but the data is a regression")
            }
        }
        if imbalance != nil, labelled != nil || split.training != nil {
            throw section.error(
                at: "imbalance", "says how many train, and so does \(labelled != nil ? "labelled" : "split.train")")
        }
        guard scaleTarget else { return }
        if task == .classification {
            throw section.error(at: "scale_target", "classes cannot be scaled; only a regression's target can")
        }
        switch scale {
        case .minMax, .standardize: return
        case .none:
            throw section.error(at: "scale_target", "the target is scaled as the features are, but scale is none")
        case .normalize:
            throw section.error(
                at: "scale_target", "the target is scaled by measured numbers, but scale gives its own")
        }
    }
}

/// The `data.labelled` section: how few samples have labels; what they, validation and test leave is unlabelled.
package struct LabelledDescription: Hashable, Sendable {
    /// Labelled samples to train on.
    package let count: Int
    /// Whether the labelled and the validation part have as many samples of each class.
    package let balanced: Bool
    package let validationCount: Int
}

extension LabelledDescription {
    init(reading section: Section) throws(ExperimentError) {
        count = try section.int("count", in: 1...1_000_000_000)
        balanced = try section.bool("balanced", default: true)
        validationCount = try section.int("validation_count", in: 1...1_000_000_000, default: count)
    }
}

/// What is learnt from the data.
package enum LearningTask: String, Hashable, Sendable, Codable, CaseIterable {
    /// One of several classes for each sample.
    case classification
    /// A number for each sample.
    case regression
}
