package import Experiments
package import Studies

/// Successive halving: trials pause at rungs, after so many epochs, and the best of a rung go on to the next one.
///
/// Asynchronously, whenever a slot is free, the best point of the highest rung that is among the first n / eta of the n
/// points which have reached that rung, and has not gone on yet, does; where there is none, a new trial begins. Hyperband
/// deals the points to brackets whose first rung is ever higher. Synchronously, all points wait for each other at a rung.
/// A point's value at a rung is the mean over its seeds of the best monitored value up to there.
///
/// Sources: Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm 2 (ASHA); Li et al.,
/// "Hyperband", JMLR 18(185), 2018.
package struct RungScheduler: TrialScheduler {
    private enum Promotion {
        /// One in so many of a rung's points, whenever a slot is free.
        case oneIn(Int)
        /// So many of the points, once all have come to the rung.
        case best(Amount)
    }

    private struct Point {
        let bracket: Int
        var trials: [Int] = []
        /// How many rungs it has entered.
        var entered = 0
        /// How many rungs it may leave behind it.
        var passed = 0
        /// Why it went on when it last did.
        var reason = "goes on with the other seeds of its point"
    }

    private let terms: StudyTerms
    private let promotion: Promotion
    /// Of each bracket, from the first rung to the last.
    private var brackets: [[Rung]]
    /// The bracket of each point, by its number, again and again.
    private let cycle: [Int]
    private var points: [Int: Point] = [:]
    /// Trials of the history that it has looked at.
    private var seen = 0
    /// Records about trials that it has looked at.
    private var followed = 0
    /// Trials that somebody trains, or will.
    private var active: Set<Int> = []
    /// Points that it has let go on since it last looked.
    private var released: Set<Int> = []
    /// Decisions that go together, to be made one by one.
    private var pending: [ReasonedDecision] = []

    /// - Parameters:
    ///   - isHyperband: whether there are as many brackets as rungs, and not one.
    ///   - terms: with the epochs of the whole budget, which are more than those of the first rung.
    package init(_ halving: SchedulerDescription.Halving, isHyperband: Bool, terms: StudyTerms) {
        var epochs: [Int] = []
        var (rung, overflows) = (halving.minEpochs, false)
        while rung < terms.epochs ?? .max, !overflows {
            epochs.append(rung)
            (rung, overflows) = rung.multipliedReportingOverflow(by: halving.reductionFactor)
        }
        // Hyperband's last bracket trains all of its points to the end.
        brackets = (0...(isHyperband ? epochs.count : 0)).map { first in epochs[first...].map { Rung(epochs: $0) } }
        cycle = Self.cycle(brackets: brackets.count, factor: halving.reductionFactor)
        promotion = .oneIn(halving.reductionFactor)
        self.terms = terms
    }

    /// One rung, at which all points wait for each other.
    package init(_ description: SchedulerDescription.FirstEpochs, terms: StudyTerms) {
        brackets = [[Rung(epochs: description.epochs)]]
        cycle = [0]
        promotion = .best(description.keep)
        self.terms = terms
    }

    /// Brackets by their shares of the points, so that all of them cost alike: of S brackets eta^s S / (s + 1) for the one
    /// of s rungs. Each place goes to the one that is farthest behind its share.
    private static func cycle(brackets: Int, factor: Int) -> [Int] {
        let sizes = (0..<brackets).reversed().map { rungs in
            Double(brackets) / Double(rungs + 1) * (0..<rungs).reduce(1) { power, _ in power * Double(factor) }
        }
        let whole = sizes.reduce(0, +)
        var given = [Int](repeating: 0, count: brackets)
        return (1...min(1000, Int(whole.rounded(.up)))).map { place in
            let behind = zip(sizes, given).map { size, given in size / whole * Double(place) - Double(given) }
            let bracket = behind.indices.max { behind[$0] < behind[$1] } ?? 0
            given[bracket] += 1
            return bracket
        }
    }

    package mutating func next(_ history: StudyState, hasFreeSlot: Bool, isExhausted: Bool) -> ReasonedDecision? {
        if pending.isEmpty { look(at: history) }
        if pending.isEmpty, decide(history, hasFreeSlot: hasFreeSlot, isExhausted: isExhausted) { look(at: history) }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    // MARK: What has happened

    private mutating func look(at history: StudyState) {
        var changed = released
        for trial in history.trials[min(seen, history.trials.count)...] {
            points[trial.point, default: Point(bracket: cycle[trial.point % cycle.count])].trials.append(trial.number)
            // A paused one is looked at once.
            active.insert(trial.number)
            changed.insert(trial.point)
        }
        let touched = history.recent.since(followed) ?? Array(active)
        changed.formUnion(touched.map { history.trials[$0].point })
        (seen, followed, released) = (history.trials.count, history.recent.count, [])
        for number in changed.sorted() { look(at: number, history) }
    }

    private mutating func look(at number: Int, _ history: StudyState) {
        guard var point = points[number] else { return }
        let trials = point.trials.filter(active.contains).map { history.trials[$0] }
        point.passed = trials.reduce(point.passed) { max($0, passed($1, point)) }
        points[number] = point
        enter(number, history)
        for trial in trials {
            if trial.phase == .paused, passed(trial, point) < point.passed {
                resume(trial, point)
            } else if trial.isOver || trial.phase == .paused {
                active.remove(trial.number)
            } else if trial.pauseAfter == nil, !trial.stops {
                pause(trial, point)
            }
        }
    }

    /// How many rungs a trial was allowed to leave behind it.
    private func passed(_ trial: TrialState, _ point: Point) -> Int {
        let rungs = brackets[point.bracket]
        if let pause = trial.pauseAfter { return rungs.count { $0.epochs < pause } }
        let reached = rungs.count { $0.epochs <= trial.history.count }
        return reached == rungs.count && !trial.isOver ? reached : 0
    }

    private mutating func pause(_ trial: TrialState, _ point: Point) {
        let rungs = brackets[point.bracket]
        guard point.passed < rungs.count else { return }
        let epochs = rungs[point.passed].epochs
        pending.append(
            ReasonedDecision(
                .pause(trial: trial.number, after: epochs),
                reason: "is compared after \(epochs) epochs" + (brackets.count > 1 ? ", bracket \(point.bracket)" : ""))
        )
    }

    private mutating func resume(_ trial: TrialState, _ point: Point) {
        let rungs = brackets[point.bracket]
        let until = point.passed < rungs.count ? rungs[point.passed].epochs : nil
        pending.append(ReasonedDecision(.resume(trial: trial.number, until: until), reason: point.reason))
    }

    /// Enters a point into the rungs that all of its trials have reached.
    private mutating func enter(_ number: Int, _ history: StudyState) {
        guard var point = points[number], point.trials.count == terms.seeds else { return }
        let rungs = brackets[point.bracket]
        while point.entered < rungs.count,
            point.trials.allSatisfy({ history.trials[$0].hasReached(rungs[point.entered].epochs) })
        {
            let trials = point.trials.map { history.trials[$0] }
            let values = trials.map { $0.bestValue(terms.rule, within: rungs[point.entered].epochs) }
            let mean = values.reduce(0) { $0 + ($1 ?? .nan) } / Double(values.count)
            let entry = Rung.Entry(
                value: mean.isNaN ? .infinity : terms.rule.goal == .minimize ? mean : -mean, point: number)
            let mayGoOn = point.passed <= point.entered && mean.isFinite && !trials.contains(where: \.isOver)
            brackets[point.bracket][point.entered].add(entry, mayGoOn: mayGoOn)
            point.entered += 1
        }
        points[number] = point
    }

    // MARK: What follows

    /// - Returns: whether points go on that did not.
    private mutating func decide(_ history: StudyState, hasFreeSlot: Bool, isExhausted: Bool) -> Bool {
        let isIdle = isExhausted && history.counts.running == 0 && history.counts.waiting == 0
        switch promotion {
        case .oneIn(let factor):
            guard hasFreeSlot || isExhausted else { return false }
            for bracket in brackets.indices {
                for place in brackets[bracket].indices.reversed() {
                    let rung = brackets[bracket][place]
                    guard let entry = rung.next, rung.entries.rank(of: entry) < rung.entries.count / factor else {
                        continue
                    }
                    letGoOn(entry, bracket, place)
                    return true
                }
            }
            guard isIdle else { return false }
            // Somebody has to be trained to the end, or there is no result.
            if history.counts.completed == 0, let (bracket, place) = farthest, let entry = brackets[bracket][place].next
            {
                letGoOn(entry, bracket, place)
                return true
            }
        case .best(let amount):
            guard isIdle else { return false }
            let rung = brackets[0][0]
            let count: Int =
                switch amount {
                case .count(let count): count
                case .share(let share): max(1, Int((share * Double(rung.entries.count)).rounded()))
                }
            var isAny = false
            while let entry = brackets[0][0].next, rung.entries.rank(of: entry) < count {
                letGoOn(entry, 0, 0)
                isAny = true
            }
            if isAny { return true }
        }
        for trial in history.trials where trial.phase == .paused {
            pending.append(
                ReasonedDecision(.stop(trial: trial.number), reason: "others are better, and no trial is left to begin")
            )
        }
        return false
    }

    /// The highest rung with a point that may go on.
    private var farthest: (bracket: Int, place: Int)? {
        let places = brackets.indices.flatMap { bracket in
            brackets[bracket].indices.map { (bracket: bracket, place: $0) }
        }
        return places.filter { brackets[$0.bracket][$0.place].next != nil }
            .max { brackets[$0.bracket][$0.place].epochs < brackets[$1.bracket][$1.place].epochs }
    }

    private mutating func letGoOn(_ entry: Rung.Entry, _ bracket: Int, _ place: Int) {
        brackets[bracket][place].letGoOn(entry)
        let rung = brackets[bracket][place]
        points[entry.point]?.passed = place + 1
        points[entry.point]?.reason =
            "place \(rung.entries.rank(of: entry) + 1) of \(rung.entries.count) after \(rung.epochs) epochs"
        active.formUnion(points[entry.point]?.trials ?? [])
        released.insert(entry.point)
    }
}

/// Points that are compared after so many epochs.
private struct Rung: Sendable {
    /// A point's value, the better the smaller.
    struct Entry: Comparable, Sendable {
        let value: Double
        let point: Int

        static func < (a: Entry, b: Entry) -> Bool { (a.value, a.point) < (b.value, b.point) }
    }

    let epochs: Int
    private(set) var entries = RankedList<Entry>()
    /// Those that may go on and have not.
    private var candidates = RankedList<Entry>()

    init(epochs: Int) { self.epochs = epochs }

    /// The best point that may go on.
    var next: Entry? { candidates.first }

    mutating func add(_ entry: Entry, mayGoOn: Bool) {
        entries.insert(entry)
        if mayGoOn { candidates.insert(entry) }
    }

    mutating func letGoOn(_ entry: Entry) { candidates.remove(entry) }
}

extension TrialState {
    /// Whether it has so many epochs, or is over by itself, so that its value stays what it is.
    fileprivate func hasReached(_ epochs: Int) -> Bool {
        history.count >= epochs || phase == .completed && outcome?.stopReason != .decision
    }

    /// The best monitored value of its first epochs; nil where none is finite.
    fileprivate func bestValue(_ rule: SelectionRule, within epochs: Int) -> Double? {
        var selection = Selection(rule)
        for row in history.prefix(epochs) {
            selection.observe(epoch: row.epoch, value: row.metrics[rule.monitor] ?? .nan)
        }
        return selection.bestValue
    }
}
