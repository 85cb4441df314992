import Architecture
import Compute
import Glibc
import Testing

@Suite("Learning-rate schedules against their formulas")
struct LearningRateControllerTests {
    private static let rate = 0.2
    private static let stepsPerEpoch = 7

    private func controller(
        _ schedule: LearningRateSchedule, goal: LearningRateController.Goal = .minimize
    ) -> LearningRateController {
        LearningRateController(
            schedule: schedule, learningRate: Self.rate, stepsPerEpoch: Self.stepsPerEpoch, goal: goal)
    }

    /// Compares every step of the first `epochs`.
    private func compare(
        _ schedule: LearningRateSchedule, epochs: Int,
        _ expected: (_ epoch: Int, _ step: Int) -> (rate: Double, momentum: Double?)
    ) {
        let controller = controller(schedule)
        for epoch in 1...epochs {
            for step in 0..<Self.stepsPerEpoch {
                let (found, wanted) = (controller.rate(epoch: epoch, step: step), expected(epoch, step))
                #expect(abs(found.learningRate - wanted.rate) <= 1e-12, "epoch \(epoch), step \(step)")
                #expect(
                    found.momentum == wanted.momentum
                        || abs((found.momentum ?? .nan) - (wanted.momentum ?? .nan)) <= 1e-12,
                    "epoch \(epoch), step \(step)")
            }
        }
    }

    @Test("constant")
    func constant() {
        compare(.constant, epochs: 3) { _, _ in (Self.rate, nil) }
    }

    @Test("step: rate factor^floor(e / epochs), e from 0")
    func step() {
        compare(.init(.step(epochs: 2, factor: 0.3)), epochs: 7) { epoch, _ in
            (Self.rate * [1, 1, 0.3, 0.3, 0.09, 0.09, 0.027][epoch - 1], nil)
        }
    }

    @Test("cosine: half a wave down to the minimum, which stays")
    func cosine() {
        compare(.init(.cosine(epochs: 4, minimum: 0.01)), epochs: 6) { epoch, _ in
            let wave = cos(.pi * Double(min(epoch - 1, 4)) / 4)
            return (0.01 + (Self.rate - 0.01) * (1 + wave) / 2, nil)
        }
    }

    /// The rate goes up in steps 0 ... rise total - 1 and down to step total - 1, and stays; the momentum mirrors it.
    @Test("one cycle, up and down along half waves", arguments: [nil, 0.8...0.9])
    func oneCycle(momentum: ClosedRange<Double>?) {
        let cycle = LearningRateSchedule.OneCycle(
            epochs: 4, rise: 0.25, divisor: 10, finalDivisor: 100, momentum: momentum)
        let (top, last) = (6.0, 27.0)
        compare(.init(.oneCycle(cycle)), epochs: 5) { epoch, step in
            let t = min(Double((epoch - 1) * Self.stepsPerEpoch + step), last)
            let (from, to, share) =
                t <= top
                ? (Self.rate / 10, Self.rate, t / top) : (Self.rate, Self.rate / 1000, (t - top) / (last - top))
            let wave = (1 + cos(.pi * share)) / 2
            let height = t <= top ? 1 - wave : wave
            return (
                to + (from - to) * wave, momentum.map { $0.upperBound - ($0.upperBound - $0.lowerBound) * height }
            )
        }
    }

    @Test("one cycle whose rise is a single step begins at the top")
    func shortRise() {
        let cycle = LearningRateSchedule.OneCycle(epochs: 1, rise: 1 / 7.0)
        let (rate, momentum) = controller(.init(.oneCycle(cycle))).rate(epoch: 1, step: 0)
        #expect(rate == Self.rate && momentum == 0.85)
    }

    @Test("a warm-up before any course, which then begins at its beginning")
    func warmup() {
        compare(.init(.step(epochs: 1, factor: 0.5), warmup: .init(epochs: 2, startFactor: 0.2)), epochs: 4) {
            epoch, step in
            let t = Double((epoch - 1) * Self.stepsPerEpoch + step)
            return (epoch <= 2 ? Self.rate * (0.2 + 0.8 * t / 14) : Self.rate * (epoch == 3 ? 1 : 0.5), nil)
        }
    }

    /// The factor after each of these monitored values.
    private func factors(
        _ plateau: LearningRateSchedule.Plateau, goal: LearningRateController.Goal, warmup: Int = 0,
        _ values: [Double]
    ) -> [Double] {
        var controller = controller(
            .init(.reduceOnPlateau(plateau), warmup: warmup == 0 ? nil : .init(epochs: warmup)), goal: goal)
        return values.enumerated().map { index, value in
            controller.observe(epoch: index + 1, monitored: value)
            return controller.rate(epoch: index + 2, step: 0).learningRate / Self.rate
        }
    }

    @Test("a plateau is left by more than the threshold, and reduces after more than the patience")
    func plateau() {
        let plateau = LearningRateSchedule.Plateau(factor: 0.5, patience: 1, threshold: 0.1)
        #expect(
            factors(plateau, goal: .minimize, [10, 9.1, 8.9, 8.5, 8.2, 8, 8.7, 9]) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25])
        #expect(factors(plateau, goal: .maximize, [10, 10.9, 11.1, 12, 12.2]) == [1, 1, 1, 1, 0.5])
        #expect(factors(plateau, goal: .minimize, [.nan, .nan, 5, 6]) == [1, 0.5, 0.5, 0.5])
    }

    /// PyTorch's best (1 + threshold) lies below a negative best: nothing near it is ever a plateau there.
    @Test("a negative value has to become better by the same share of its size")
    func negativePlateau() {
        let plateau = LearningRateSchedule.Plateau(factor: 0.5, patience: 1, threshold: 0.1)
        #expect(factors(plateau, goal: .maximize, [-10, -10, -9.9, -9.9]) == [1, 1, 0.5, 0.5])
        #expect(factors(plateau, goal: .maximize, [-10, -8.9, -8, -7, -0.1, 0.5]) == [1, 1, 1, 1, 1, 1])
        #expect(factors(plateau, goal: .minimize, [-10, -10.5, -10.9]) == [1, 1, 0.5])
        #expect(factors(plateau, goal: .minimize, [-10, -11.1, -12.3, -13.6]) == [1, 1, 1, 1])
        #expect(factors(plateau, goal: .maximize, [0, 0, 0]) == [1, 1, 0.5])
    }

    @Test("a plateau's rate keeps its minimum, and waits for the warm-up")
    func plateauBounds() {
        let plateau = LearningRateSchedule.Plateau(factor: 0.5, patience: 0, threshold: 0, minimum: Self.rate / 3)
        let found = factors(plateau, goal: .minimize, [1, 1, 1, 1])
        #expect(found[0...1] == [1, 0.5])
        #expect(found[2...3].allSatisfy { abs($0 - 1 / 3.0) < 1e-12 })
        var controller = controller(.init(.reduceOnPlateau(plateau), warmup: .init(epochs: 2)))
        for epoch in 1...2 { controller.observe(epoch: epoch, monitored: Double(epoch)) }
        #expect(controller.state == .init())
        controller.observe(epoch: 3, monitored: 3)
        #expect(controller.state == .init(best: 3))
    }
}
