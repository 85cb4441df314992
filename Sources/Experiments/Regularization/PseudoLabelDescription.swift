import Architecture

/// The `pseudo_label` section: learning from unlabelled samples by labels that a model gives them.
///
/// Source: Lee, "Pseudo-label: the simple and efficient semi-supervised learning method", ICML workshop 2013.
package struct PseudoLabelDescription: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// In every step the model that is being trained labels the batch.
        case online
        /// A teacher, trained on the labelled part alone, labels all once; those it is sure of are kept.
        case threshold(Double, teacher: Teacher)
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
        case none, online, threshold
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
        let threshold = try section.double("threshold", in: .above(0).atMost(1), default: 0.99)
        let teacher = try Teacher(reading: section, isNeeded: word == .threshold, trainEpochs: trainEpochs)
        alpha = try section.double("alpha", in: .atLeast(0), default: 1)
        rampStart = try section.int("ramp_start", in: 1...1_000_000, default: 5)
        rampEnd = try section.int("ramp_end", in: 1...1_000_000, default: max(20, rampStart))
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
