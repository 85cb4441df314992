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
