import ArgumentParser
import Experiments
import Foundation
import Random
import Search
import Studies

/// Times a proposal of the sampler that learns, and a decision of the scheduler in a long study.
struct DecisionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions", abstract: "Times proposals of TPE, and decisions of asynchronous successive halving.")

    @Option(help: "Trials that a proposal learns from.")
    var history = 1000

    @Option(help: "Trials of the study whose scheduler decides.")
    var trials = 100_000

    func run() throws {
        let real = ParameterDomain.real(minimum: 0, maximum: 1, scale: .linear)
        let whole = ParameterDomain.integer(minimum: 1, maximum: 512, scale: .linear)
        let list = ParameterDomain.values((0..<5).map { .int($0) })
        let spaces: [(String, [ParameterDomain])] = [
            ("real", Array(repeating: real, count: 10)), ("integer", Array(repeating: whole, count: 10)),
            ("mixed", [real, whole, list, real, whole, list, real, whole, list, real]),
        ]
        for (name, domains) in spaces {
            let space = SearchSpace(domains.enumerated().map { .init(path: "p\($0)", domain: $1) })
            print(
                "a proposal after \(history) trials of 10 \(name) parameters: \(try propose(space)) ms (median of 21)")
        }
        let (median, worst) = try halve()
        print(
            "a decision of ASHA with \(trials) trials: \(median) us (median), \(worst) us (99 of 100)")
    }

    private func propose(_ space: SearchSpace) throws -> Double {
        let draws = ParameterDraws(space, seed: 1)
        let observations = (0..<history).compactMap { index in
            let point = draws.draw(index)
            let loss = point.elements.compactMap(\.value.number).reduce(0) { $0 + ($1 - 0.3) * ($1 - 0.3) }
            return TPESampler.Observation(point, loss: loss, of: space)
        }
        let sampler = TPESampler(space, seed: 1)
        let clock = ContinuousClock()
        let times = (0..<21).map { index in
            clock.measure { _ = sampler.next(index, after: observations) } / .microseconds(1)
        }.sorted()
        return (times[10]).rounded() / 1000
    }

    /// A study with one slot, whose scheduler is asked after each row and whenever the slot is free.
    private func halve() throws -> (median: Double, worst: Double) {
        var study = try HalvedStudy(.init(minEpochs: 1, reductionFactor: 3))
        try study.run(trials: trials)
        // The last ones, when all others are there.
        let times = study.times.suffix(5000).sorted()
        func digits(_ value: Double) -> Double { (10 * value).rounded() / 10 }
        return (digits(times[times.count / 2]), digits(times[times.count * 99 / 100]))
    }
}

/// A study of trials whose losses are draws.
private struct HalvedStudy {
    private static let epochs = 9

    private(set) var times: [Double] = []
    private var study: PlayedTrials
    private var scheduler: RungScheduler
    private var random = RandomStream(seed: 1, stream: .search)
    private let clock = ContinuousClock()

    init(_ halving: SchedulerDescription.Halving) throws {
        let rule = SelectionRule(monitor: "loss", goal: .minimize)
        study = try PlayedTrials(rule)
        scheduler = RungScheduler(
            halving, isHyperband: false,
            terms: StudyTerms(rule: rule, epochs: Self.epochs, seeds: 1, sampler: .random))
    }

    mutating func run(trials: Int) throws {
        while study.state.trials.count < trials {
            try decide(hasFreeSlot: true)
            if study.state.waiting.isEmpty {
                let number = study.state.trials.count
                let assignment: Assignment = [.init(path: "p", value: .int(number))]
                try study.record(
                    .create(.init(trial: number, point: number, replicate: 0, seed: 0, assignment: assignment)))
                try decide(hasFreeSlot: false)
            }
            guard let number = study.state.waiting.first(from: 0) else { continue }
            try train(number)
        }
    }

    private mutating func decide(hasFreeSlot: Bool) throws {
        while true {
            var decision: ReasonedDecision?
            let time = clock.measure {
                decision = scheduler.next(study.state, hasFreeSlot: hasFreeSlot, isExhausted: false)
            }
            times.append(time / .microseconds(1))
            guard let decision else { return }
            try study.record(decision.decision, reason: decision.reason)
        }
    }

    /// Until it pauses or ends.
    private mutating func train(_ number: Int) throws {
        try study.begin(number)
        while study.state.trials[number].history.count < Self.epochs {
            try study.finishEpoch(number, value: random.uniformDouble())
            if study.state.trials[number].isPauseDue { return try study.pause(number) }
            try decide(hasFreeSlot: false)
        }
        try study.complete(number)
    }
}
