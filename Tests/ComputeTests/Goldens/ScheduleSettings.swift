import Architecture

/// A learning-rate schedule.
struct ScheduleSettings: Decodable {
    let kind: LearningRateSchedule.Kind
    let epochs: Int?
    let factor: Double?
    let minimum: Double?
    let rise: Double?
    let divisor: Double?
    let finalDivisor: Double?
    /// Absent and null both leave the momentum alone.
    let momentum: [Double]?
    let patience: Int?
    let threshold: Double?
    let warmup: Warmup?

    struct Warmup: Decodable {
        let epochs: Int
        let startFactor: Double
    }

    func schedule() throws -> LearningRateSchedule {
        LearningRateSchedule(
            try course(), warmup: warmup.map { .init(epochs: $0.epochs, startFactor: $0.startFactor) })
    }

    private func course() throws -> LearningRateSchedule.Course {
        switch kind {
        case .constant: .constant
        case .step: .step(epochs: try required(epochs), factor: try required(factor))
        case .cosine: .cosine(epochs: try required(epochs), minimum: try required(minimum))
        case .oneCycle:
            .oneCycle(
                .init(
                    epochs: try required(epochs), rise: rise ?? 0.3, divisor: divisor ?? 25,
                    finalDivisor: finalDivisor ?? 1e4, momentum: momentum.map { $0[0]...$0[1] }))
        case .reduceOnPlateau:
            .reduceOnPlateau(
                .init(
                    factor: try required(factor), patience: try required(patience), threshold: threshold ?? 1e-4,
                    minimum: minimum ?? 0))
        }
    }

    private func required<Setting>(_ setting: Setting?) throws -> Setting {
        guard let setting else { throw GoldenSettingsError(unknownKind: kind.rawValue) }
        return setting
    }
}

extension LearningRateSchedule.Kind: Decodable {}
