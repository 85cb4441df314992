import Architecture
import Experiments
import Testing

@Suite struct ScheduleReadingTests {
    /// Of an experiment of nine epochs.
    private func schedule(_ text: String, optimizer: String = "kind: adam") throws -> LearningRateSchedule {
        try read(
            regression + "optimizer: {\(optimizer), learning_rate_schedule: \(text)}\ntrain: {epochs: 9}\n"
        ).experiment.builtIn.optimizer.schedule
    }

    @Test(
        arguments: [
            ("none", LearningRateSchedule.constant),
            ("constant", .constant),
            ("{kind: constant, warmup: none}", .constant),
            ("{kind: constant, warmup: {epochs: 2}}", .init(.constant, warmup: .init(epochs: 2, startFactor: 0.1))),
            ("{kind: step, epochs: 3}", .init(.step(epochs: 3, factor: 0.1))),
            (
                "{kind: step, epochs: 3, factor: 0.5, warmup: {epochs: 1, start_factor: 0}}",
                .init(.step(epochs: 3, factor: 0.5), warmup: .init(epochs: 1, startFactor: 0))
            ),
            ("cosine", .init(.cosine(epochs: 9, minimum: 0))),
            ("{kind: cosine, epochs: 4, minimum: 0.0001}", .init(.cosine(epochs: 4, minimum: 0.0001))),
            ("{kind: cosine, warmup: {epochs: 2}}", .init(.cosine(epochs: 7, minimum: 0), warmup: .init(epochs: 2))),
            ("{kind: cosine, warmup: {epochs: 20}}", .init(.cosine(epochs: 1, minimum: 0), warmup: .init(epochs: 20))),
            (
                "{kind: cosine, epochs: 9, warmup: {epochs: 2}}",
                .init(.cosine(epochs: 9, minimum: 0), warmup: .init(epochs: 2))
            ),
            (
                "reduce_on_plateau",
                .init(.reduceOnPlateau(.init(factor: 0.1, patience: 10, threshold: 1e-4, minimum: 0)))
            ),
            (
                "{kind: reduce_on_plateau, factor: 0.5, patience: 0, threshold: 0, minimum: 1e-6, warmup: {epochs: 1}}",
                .init(
                    .reduceOnPlateau(.init(factor: 0.5, patience: 0, threshold: 0, minimum: 1e-6)),
                    warmup: .init(epochs: 1))
            ),
            (
                "one_cycle",
                .init(.oneCycle(.init(epochs: 9, rise: 0.3, divisor: 25, finalDivisor: 1e4, momentum: 0.85...0.95)))
            ),
            (
                "{kind: one_cycle, epochs: 5, rise: 0.2, divisor: 10, final_divisor: 100, min_momentum: 0.7, max_momentum: 0.8}",
                .init(.oneCycle(.init(epochs: 5, rise: 0.2, divisor: 10, finalDivisor: 100, momentum: 0.7...0.8)))
            ),
            ("{kind: one_cycle, cycle_momentum: false}", .init(.oneCycle(.init(epochs: 9, momentum: nil)))),
        ] as [(String, LearningRateSchedule)])
    func isReadByItsName(_ text: String, _ expected: LearningRateSchedule) throws {
        #expect(try schedule(text) == expected)
    }

    @Test(arguments: [
        ("kind: adam", true), ("kind: adamw", true), ("kind: sgd", false), ("kind: sgd, momentum: 0.5", true),
        ("kind: rmsprop", false), ("kind: rmsprop, momentum: 0.5", true),
    ])
    func oneCycleMovesAMomentumThatIsThere(_ optimizer: String, _ isCycled: Bool) throws {
        let expected = LearningRateSchedule.OneCycle(epochs: 9, momentum: isCycled ? 0.85...0.95 : nil)
        #expect(try schedule("one_cycle", optimizer: optimizer) == .init(.oneCycle(expected)))
    }

    @Test func epochsThatAreNotGivenAreWrittenOut() throws {
        let text = regression + "optimizer: {learning_rate_schedule: {kind: cosine, warmup: {epochs: 2}}}\n"
        let resolved = try read(text, set: "train.epochs=30").resolvedYAML()
        #expect(
            resolved.contains(
                """
                  learning_rate_schedule:
                    kind: cosine
                    warmup:
                      epochs: 2
                      start_factor: 0.1
                    epochs: 28
                    minimum: 0.0

                """))
    }

    @Test func aSearchReachesTheKind() throws {
        let path = "optimizer.learning_rate_schedule.kind"
        let file = try read(
            regression
                + "train: {epochs: 9}\nsearch: {parameters: {\(path): {values: [constant, cosine, one_cycle]}}}\n")
        let courses = try ["constant", "cosine", "one_cycle"].map { kind in
            try file.experiment(assigning: [.init(path: path, value: .string(kind))]).builtIn.optimizer.schedule.course
        }
        #expect(courses == [.constant, .cosine(epochs: 9, minimum: 0), .oneCycle(.init(epochs: 9))])
    }
}
