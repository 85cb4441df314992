import Architecture

/// The `regularize` section: what is done to each training batch against overfitting. An amount of 0 is none.
package struct RegularizationDescription: Hashable, Sendable {
    /// Labels that are drawn wrong on purpose.
    ///
    /// Source: Xie et al., "DisturbLabel: regularizing CNN on the loss layer", CVPR 2016.
    package let disturbLabel: DisturbLabel?
    /// Noise on the targets of a regression.
    package let disturbValue: DisturbValue?
    /// Batches mixed with themselves.
    package let mixing: Mixing?

    package struct DisturbLabel: Hashable, Sendable {
        /// In percent: with C classes the true label stays with probability 1 - (C - 1) / C * alpha / 100.
        package let alpha: Double
    }

    package struct DisturbValue: Hashable, Sendable {
        /// The noise's standard deviation, in units of the scaled target.
        package let scale: Double
        /// The probability with which a target gets noise.
        package let fraction: Double
    }

    package enum Mixing: Hashable, Sendable {
        /// Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
        case mixup(alpha: Double)
        /// Yun et al., "CutMix: regularization strategy to train strong classifiers", ICCV 2019.
        case cutmix(alpha: Double)
    }
}

extension RegularizationDescription {
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        func require(_ needed: LearningTask, for key: String) throws(ExperimentError) {
            guard let given = section.peek(key), !given.node.isNone, task != needed else { return }
            throw given.error("\(key) is for a \(needed.rawValue), but the data is a \(task.rawValue)")
        }
        try require(.classification, for: "disturb_label")
        try require(.regression, for: "disturb_value")
        disturbLabel = try section.unlessNone("disturb_label") { inner throws(ExperimentError) in
            DisturbLabel(alpha: try inner.double("alpha", in: .atLeast(0).atMost(100)))
        }
        disturbValue = try section.unlessNone("disturb_value") { inner throws(ExperimentError) in
            DisturbValue(
                scale: try inner.double("scale", in: .atLeast(0)),
                fraction: try inner.double("fraction", in: .chance, default: 1))
        }
        let mixup = try section.unlessNone("mixup") { inner throws(ExperimentError) in
            try inner.double("alpha", in: .atLeast(0), default: 0.2)
        }
        let cutmix = try section.unlessNone("cutmix") { inner throws(ExperimentError) in
            try inner.double("alpha", in: .atLeast(0), default: 1)
        }
        switch (mixup ?? 0, cutmix ?? 0) {
        case (0, 0): mixing = nil
        case (let alpha, 0): mixing = .mixup(alpha: alpha)
        case (0, let alpha): mixing = .cutmix(alpha: alpha)
        default: throw section.error(at: "cutmix", "a batch is mixed once: give mixup or cutmix, not both")
        }
    }
}

/// The `pseudo_label` section: learning from unlabelled samples by labels that a model gives them.
///
/// Source: Lee, "Pseudo-label: the simple and efficient semi-supervised learning method", ICML workshop 2013.
package struct PseudoLabelDescription: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// In every step the model that is being trained labels the batch.
        case online
        /// A teacher, trained on the labelled part alone, labels all once; those it is sure of are kept.
        case threshold(Double, teacher: Teacher)
        /// In every step the model that is being trained labels the samples as the data's augmentation changes them, and
        /// learns those of which it is so sure, changed by these augmentations as well (Sohn et al., NeurIPS 2020).
        case fixMatch(Double, strong: [AugmentationDescription])
    }

    package enum Teacher: Hashable, Sendable {
        /// Trained in the same trial, for so many epochs at most.
        case trained(epochs: Int)
        /// A `best.h5`; its path as it stands in the experiment file.
        case given(String)
    }

    package let kind: Kind
    /// The weight of the unlabelled loss once it has risen.
    package let alpha: Double
    /// The weight is 0 before this epoch, and rises in a straight line from it...
    package let rampStart: Int
    /// ... to this one.
    package let rampEnd: Int
    /// Unlabelled samples in a step.
    package let batchSize: Int
}

extension PseudoLabelDescription {
    private enum Word: String, CaseIterable {
        case none, online, threshold, fixmatch
    }

    /// The keys are the same whatever the kind, so that a study can compare kinds; the kind `none` leaves them alone.
    static func read(
        _ key: String, of root: Section, data: DataDescription, loss: String, trainEpochs: Int
    ) throws(ExperimentError) -> PseudoLabelDescription? {
        let description = try root.unlessNone(key) {
            section throws(ExperimentError) -> PseudoLabelDescription? in
            try PseudoLabelDescription(reading: section, trainEpochs: trainEpochs)
        }
        guard let description = description ?? nil else { return nil }
        guard data.task == .classification, loss == "cross_entropy" else {
            throw root.error(at: key, "pseudo-labels are classes: they need a classification with cross_entropy")
        }
        guard data.hasUnlabelledPart else {
            throw root.error(
                at: key, "there are no unlabelled samples: say how many have labels, data.labelled: {count: 1000}")
        }
        return description
    }

    private init?(reading section: Section, trainEpochs: Int) throws(ExperimentError) {
        let word: Word = try section.choice("kind", noun: "kind of pseudo-labels")
        let isFixMatch = word == .fixmatch
        let threshold = try section.double(
            "threshold", in: .above(0).atMost(1), default: isFixMatch ? 0.95 : 0.99)
        let strong = try Self.strong(section, isNeeded: isFixMatch)
        let teacher = try Teacher(reading: section, isNeeded: word == .threshold, trainEpochs: trainEpochs)
        alpha = try section.double("alpha", in: .atLeast(0), default: 1)
        rampStart = try section.int("ramp_start", in: 1...1_000_000, default: isFixMatch ? 1 : 5)
        rampEnd = try section.int(
            "ramp_end", in: 1...1_000_000, default: isFixMatch ? rampStart : max(20, rampStart))
        batchSize = try section.int("batch_size", in: 1...1_000_000, default: 256)
        guard rampStart <= rampEnd else {
            throw section.error(
                at: section.has("ramp_end") ? "ramp_end" : "ramp_start",
                "ramp_start (\(rampStart)) must not be after ramp_end (\(rampEnd))")
        }
        switch word {
        case .none: return nil
        case .online: kind = .online
        case .threshold: kind = .threshold(threshold, teacher: teacher)
        case .fixmatch: kind = .fixMatch(threshold, strong: strong)
        }
    }

    /// The augmentations of FixMatch; where none are given, the usual kinds with their usual settings.
    private static func strong(
        _ section: Section, isNeeded: Bool
    ) throws(ExperimentError) -> [AugmentationDescription] {
        if section.has("strong") { return try AugmentationDescription.readList("strong", of: section) }
        // Known, though it is not there.
        _ = section.optional("strong")
        guard isNeeded else { return [] }
        let usual = ConfigNode(.list(["rand_augment", "random_erasing"].map { ConfigNode(.string($0)) }))
        section.note("strong", usual)
        let kinds = ConfigValue(node: usual, path: section.path.appending("strong"), file: section.file)
        return try kinds.elements().map { (kind) throws(ExperimentError) in
            try AugmentationDescription.read(kind).value
        }
    }
}

extension PseudoLabelDescription.Teacher {
    /// - Parameter isNeeded: only then is the usual number of epochs noted down, which makes it a part of what the
    ///   experiment is: a trial that goes on with a larger budget keeps its teacher.
    fileprivate init(reading section: Section, isNeeded: Bool, trainEpochs: Int) throws(ExperimentError) {
        if let path = try section.optionalString("teacher") {
            guard !section.has("teacher_epochs") else {
                throw section.error(at: "teacher_epochs", "the teacher is given: it is not trained")
            }
            _ = section.optional("teacher_epochs")
            self = .given(path)
        } else if isNeeded || section.has("teacher_epochs") {
            self = .trained(epochs: try section.int("teacher_epochs", in: 1...1_000_000, default: trainEpochs))
        } else {
            _ = section.optional("teacher_epochs")
            self = .trained(epochs: trainEpochs)
        }
    }
}
