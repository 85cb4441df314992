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
        let terms = StudyTerms(
            rule: SelectionRule(monitor: "loss", goal: .minimize), epochs: 9, seeds: 1, sampler: .random)
        var study = HalvedStudy(
            RungScheduler(.init(minEpochs: 1, reductionFactor: 3), isHyperband: false, terms: terms))
        try study.run(trials: trials)
        // The last ones, when all others are there.
        let times = study.times.suffix(5000).sorted()
        func digits(_ value: Double) -> Double { (10 * value).rounded() / 10 }
        return (digits(times[times.count / 2]), digits(times[times.count * 99 / 100]))
    }
}

/// A study of trials whose losses are draws.
private struct HalvedStudy {
    private(set) var times: [Double] = []
    private var state = StudyState()
    private var scheduler: RungScheduler
    private var random = RandomStream(seed: 1, stream: .search)
    private let clock = ContinuousClock()

    init(_ scheduler: RungScheduler) { self.scheduler = scheduler }

    mutating func run(trials: Int) throws {
        try state.apply(.studyCreated(.init(identity: "", dataDigest: "", program: "", unix: 0)))
        while state.trials.count < trials {
            try decide(hasFreeSlot: true)
            if state.waiting.isEmpty {
                let number = state.trials.count
                let created = JournalRecord.TrialCreated(
                    trial: number, point: number, replicate: 0, seed: 0,
                    assignment: [.init(path: "p", value: .int(number))])
                try state.apply(.decided(.init(.create(created))))
                try decide(hasFreeSlot: false)
            }
            guard let number = state.waiting.first(from: 0) else { continue }
            try train(number)
        }
    }

    private mutating func decide(hasFreeSlot: Bool) throws {
        while true {
            var decision: ReasonedDecision?
            let time = clock.measure {
                decision = scheduler.next(state, hasFreeSlot: hasFreeSlot, isExhausted: false)
            }
            times.append(time / .microseconds(1))
            guard let decision else { return }
            try state.apply(.decided(.init(decision.decision, reason: decision.reason)))
        }
    }

    /// Until it pauses or ends.
    private mutating func train(_ number: Int) throws {
        let id = AttemptID(study: state.id, trial: number, attempt: state.trials[number].attempt + 1)
        let begin = state.trials[number].history.count
        try state.apply(.attemptStarted(.init(id: id, worker: "w", fromEpoch: begin, unix: 0)))
        for epoch in begin + 1...9 {
            let isNamed = state.metrics.count == 0
            let value = random.uniformDouble()
            try state.apply(
                .epochFinished(
                    Row(
                        id: id, epoch: epoch, elapsedSeconds: 1, learningRate: nil, metrics: isNamed ? [] : [0],
                        values: isNamed ? [] : [value], named: isNamed ? ["loss": value] : [:])))
            if state.trials[number].pauseAfter == epoch {
                try state.apply(
                    .fileStored(.init(id: id, file: StoredFile(kind: .last, epoch: epoch, size: 1, sha256: ""))))
                try state.apply(.attemptEnded(.init(id: id, reason: .handedBack, unix: 0)))
                return
            }
            try decide(hasFreeSlot: false)
        }
        try state.apply(
            .trialFinished(
                .init(outcome: TrialOutcome(id: id, state: .completed, stopReason: .budget, stopEpoch: 9), unix: 0)))
    }
}
