import ArgumentParser
import Experiments
import Foundation
import Random
import Search
import Studies

/// Replays recorded curves under each scheduler: how much is lost against training all points to the end, and how many of
/// the epochs that takes.
struct SchedulersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedulers", abstract: "Replays recorded curves, in random orders, under each scheduler.")

    @Argument(help: "Curves, as record_curves.py writes them; the larger values are the better ones.")
    var file: String

    @Option(help: "Random orders of the points.")
    var orders = 30

    @Option(help: "Trials at a time.")
    var slots = 4

    func run() throws {
        let curves = try RecordedCurves(file)
        print("\(file): \(curves.points) points, \(curves.seeds) seeds, \(curves.epochs) epochs, \(orders) orders")
        let whole = curves.points * curves.epochs
        var front: [(share: Double, regret: Double)] = []
        for (name, scheduler) in Self.schedulers(curves.epochs) {
            var (regrets, epochs) = ([Double](), 0)
            for order in 0..<orders {
                var study = try ReplayedStudy(curves, scheduler, order: order, slots: slots)
                try study.run()
                regrets.append(curves.best(order % curves.seeds) - study.found)
                epochs += study.trained
            }
            let share = Double(epochs) / Double(orders * whole)
            let regret = regrets.reduce(0, +) / Double(orders)
            let isBehind = front.contains { $0.share <= share && $0.regret <= regret }
            if name.hasPrefix("first_epochs") { front.append((share, regret)) }
            let words = name.hasPrefix("first_epochs") ? "" : isBehind ? ", behind the front of first_epochs" : ""
            print("\(name): regret \(digits(regret)), \(digits(100 * share)) % of the epochs\(words)")
        }
    }

    private static func schedulers(_ epochs: Int) -> [(String, SchedulerDescription)] {
        var schedulers: [(String, SchedulerDescription)] = []
        for first in [1, 2, 3, 5, 8, 12, 16] where first < epochs {
            for keep in [1, 3, 8] {
                schedulers.append(
                    ("first_epochs \(first), keep \(keep)", .firstEpochs(.init(epochs: first, keep: .count(keep)))))
            }
        }
        for (minEpochs, factor) in [(1, 3), (2, 3), (4, 3), (1, 4), (2, 2)] {
            schedulers.append(
                (
                    "asha from \(minEpochs), factor \(factor)",
                    .asha(.init(minEpochs: minEpochs, reductionFactor: factor))
                ))
        }
        schedulers.append(("hyperband from 1, factor 3", .hyperband(.init(minEpochs: 1, reductionFactor: 3))))
        schedulers.append(("median after 5 trials", .median(.init(minTrials: 5, minEpochs: 1))))
        return schedulers
    }

    private func digits(_ value: Double) -> Double { (10000 * value).rounded() / 10000 }
}

/// The monitored value of each epoch, by seed and point.
private struct RecordedCurves {
    let epochs: Int
    private var rows: [[[Double]]] = []

    var seeds: Int { rows.count }
    var points: Int { rows.first?.count ?? 0 }

    init(_ path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var longest = 0
        for line in lines {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count > 2, let point = Int(cells[0]), let seed = Int(cells[1]) else {
                throw ValidationError("\(path): expected point, seed and values, found \(line.prefix(80))")
            }
            while rows.count <= seed { rows.append([]) }
            while rows[seed].count <= point { rows[seed].append([]) }
            rows[seed][point] = cells.dropFirst(2).map { Double($0) ?? .nan }
            longest = max(longest, cells.count - 2)
        }
        epochs = longest
    }

    /// After an epoch, from 1; a curve that broke off has no value.
    func value(_ point: Int, _ seed: Int, _ epoch: Int) -> Double {
        let row = rows[seed][point]
        return epoch <= row.count ? row[epoch - 1] : .nan
    }

    /// The best value that any point of a seed has at any epoch.
    func best(_ seed: Int) -> Double {
        rows[seed].joined().filter { !$0.isNaN }.max() ?? .nan
    }
}

/// A study whose trials are recorded: an epoch of each one that runs, in turn.
private struct ReplayedStudy {
    /// Epochs that were trained.
    private(set) var trained = 0
    private let curves: RecordedCurves
    private let order: [Int]
    private let seed: Int
    private let slots: Int
    private var study: PlayedTrials
    private var search: ScheduledSearch

    init(_ curves: RecordedCurves, _ scheduler: SchedulerDescription, order number: Int, slots: Int) throws {
        self.curves = curves
        self.slots = slots
        seed = number % curves.seeds
        var random = RandomStream(seed: 1, stream: .search, step: number)
        order = random.permutation(of: curves.points)
        let description = SearchDescription(
            sampler: .grid, trials: curves.points, seeds: 1, scheduler: scheduler,
            parameters: [.init(path: "p", domain: .integer(minimum: 0, maximum: curves.points - 1, scale: .linear))])
        let rule = SelectionRule(monitor: "value", goal: .maximize)
        let terms = StudyTerms(rule: rule, epochs: curves.epochs, seeds: 1, sampler: .grid)
        search = ScheduledSearch(
            PlannedSearch(TrialPlan(description, seed: 1), sampler: .grid),
            scheduler: StudySearch.scheduler(scheduler, terms))
        study = try PlayedTrials(rule)
    }

    /// The best value of the completed trials.
    var found: Double {
        study.state.trials.filter { $0.phase == .completed }.compactMap { $0.selection(study.rule)?.value }.max()
            ?? .nan
    }

    mutating func run() throws {
        while !study.state.isSearchFinished || !study.state.isOver {
            while study.state.running.count < slots {
                try decide(hasFreeSlot: study.state.waiting.isEmpty)
                guard let number = study.state.waiting.first(from: 0) else { break }
                try study.begin(number)
            }
            let running = study.state.trials.filter { $0.phase == .running }.map(\.number)
            for number in running {
                try train(study.state.trials[number])
                try decide(hasFreeSlot: false)
            }
            if running.isEmpty, study.state.waiting.isEmpty, study.state.isOver { try decide(hasFreeSlot: true) }
        }
    }

    private mutating func decide(hasFreeSlot: Bool) throws {
        var hasFreeSlot = hasFreeSlot
        while let next = search.next(study.state, hasFreeSlot: hasFreeSlot) {
            try study.record(next.decision, reason: next.reason)
            if case .create = next.decision { hasFreeSlot = false }
            if case .stop(let number) = next.decision, study.state.trials[number].phase != .running {
                try study.prune(number)
            }
        }
    }

    private mutating func train(_ trial: TrialState) throws {
        if trial.stops {
            try study.handBack(trial.number)
            return try study.prune(trial.number)
        }
        let epoch = trial.history.count + 1
        trained += 1
        try study.finishEpoch(trial.number, value: curves.value(order[trial.point], seed, epoch))
        if epoch == curves.epochs {
            try study.complete(trial.number)
        } else if trial.pauseAfter == epoch {
            try study.pause(trial.number)
        }
    }
}
