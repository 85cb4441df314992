import Experiments
import Studies
import TestSupport
import Testing

struct StudyStatePropertyTests {
    /// Records that arrive twice or out of order never count twice: they throw, or they change nothing.
    @Test(arguments: SeededCases(60))
    func lateAndRepeatedRecordsChangeNothing(_ testCase: SeededCase) throws {
        var random = testCase.random
        var study = RandomStudy()
        var state = StudyState()
        var applied: [JournalRecord] = []
        for _ in 0..<200 {
            let record = study.next(using: &random)
            try state.apply(record)
            applied.append(record)

            let before = state
            try? state.apply(record)
            #expect(state == before, "\(record) counted twice")
            if let late = applied.filter(\.isOfOneAttempt).randomElement(using: &random),
                late.attempt != study.newest(late)
            {
                #expect(throws: JournalContradiction.self) { try state.apply(late) }
                #expect(state == before)
            }
        }
        #expect(try StudyState(summing: applied) == state)
    }

    /// What is kept for speed is what a look at every trial finds.
    @Test(arguments: SeededCases(60))
    func keptCountsAreThoseOfTheTrials(_ testCase: SeededCase) throws {
        var random = testCase.random
        var study = RandomStudy()
        var state = StudyState()
        for _ in 0..<300 {
            try state.apply(study.next(using: &random))
            #expect(state.running.lowest(.max) == state.trials.filter { $0.phase == .running }.map(\.number))
            #expect(state.waiting.lowest(.max) == state.trials.filter { $0.phase == .waiting }.map(\.number))
            #expect(state.openRows == state.trials.reduce(0) { $0 + ($1.isOver ? 0 : $1.history.count) })
        }
        #expect(state.openRows > 0)
    }

    /// What follows a study event by event finds what a look at every row finds.
    @Test(arguments: SeededCases(60))
    func standingValuesAreThoseOfAllRows(_ testCase: SeededCase) throws {
        var random = testCase.random
        var study = RandomStudy()
        var state = StudyState()
        let rule = SelectionRule(monitor: "validation_loss", goal: Bool.random(using: &random) ? .minimize : .maximize)
        let terms = StudyTerms(rule: rule, epochs: 1, seeds: Int.random(in: 1...3, using: &random), sampler: .grid)
        var winner = StandingWinner(terms, state)
        var selections = RunningSelections(rule)
        var led = 0
        for _ in 0..<300 {
            let record = study.next(using: &random)
            try state.apply(record)
            switch record {
            case .trialFinished(let body):
                winner.add(state.trials[body.outcome.id.trial])
                selections.forget(body.outcome.id.trial)
            // Trials are reopened before anybody looks on.
            case .trialReopened: winner = StandingWinner(terms, state)
            default: break
            }
            led += winner.best == nil ? 0 : 1
            #expect(winner.best?.trial == state.winner(terms)?.number)
            #expect(winner.best?.value == state.winner(terms)?.selection(rule)?.value)
            for number in state.running.lowest(.max) where Bool.random(using: &random) {
                let (found, expected) = (
                    selections.selection(of: state.trials[number]), state.trials[number].selection(rule)
                )
                #expect(found?.epoch == expected?.epoch && found?.value == expected?.value)
            }
        }
        #expect(led > 0)
    }

    /// Whatever order records come in, each trial's rows are epochs 1, 2, ... of attempts that only grow.
    @Test(arguments: SeededCases(60))
    func shuffledRecordsKeepRowsInOrder(_ testCase: SeededCase) throws {
        var random = testCase.random
        var study = RandomStudy()
        let records = (0..<150).map { _ in study.next(using: &random) }
        var state = StudyState()
        var refused = 0
        for record in records.shuffled(using: &random) + records + records.shuffled(using: &random) {
            let before = state
            do {
                try state.apply(record)
            } catch {
                refused += 1
                #expect(state == before)
            }
            for trial in state.trials {
                #expect(trial.history.map(\.epoch) == Array(1..<trial.history.count + 1))
                #expect(trial.history.map(\.id.attempt) == trial.history.map(\.id.attempt).sorted())
                #expect(trial.history.allSatisfy { $0.id.trial == trial.number })
            }
        }
        #expect(refused > 0)
    }
}

/// A study that goes its way by chance: every record it gives may follow those before it.
private struct RandomStudy {
    private struct Trial {
        var attempt = 0
        var epochs = 0
        var isRunning = false
        var isCompleted = false
        var hasFailed = false
    }

    private var trials: [Trial] = []
    private var isCreated = false

    mutating func next(using random: inout SplitMix64) -> JournalRecord {
        if !isCreated {
            isCreated = true
            return .study
        }
        if trials.isEmpty || trials.allSatisfy(\.isCompleted) || random.next() % 20 == 0 {
            trials.append(Trial())
            let number = trials.count - 1
            return .trialCreated(
                .init(
                    trial: number, point: number / 3, replicate: number % 3, seed: UInt64(number % 3),
                    assignment: [.init(path: "optimizer.learning_rate", value: .int(number / 3))]))
        }
        let number = Int.random(in: trials.indices, using: &random)
        return step(number, using: &random)
    }

    func newest(_ record: JournalRecord) -> Int? {
        record.trial.map { trials[$0].attempt }
    }

    private mutating func step(_ number: Int, using random: inout SplitMix64) -> JournalRecord {
        if trials[number].isCompleted {
            trials[number].isCompleted = false
            defer { trials[number].hasFailed = false }
            return trials[number].hasFailed ? .retry(number) : .reopen(number)
        }
        guard trials[number].isRunning else {
            trials[number].attempt += 1
            trials[number].isRunning = true
            trials[number].epochs = Int.random(in: 0...trials[number].epochs, using: &random)
            return .start(id(number), from: trials[number].epochs)
        }
        switch random.next() % 10 {
        case 0:
            trials[number].isRunning = false
            return .end(id(number), .lost)
        case 1:
            trials[number].isRunning = false
            trials[number].isCompleted = true
            trials[number].hasFailed = random.next() % 3 == 0
            return .finish(id(number), trials[number].hasFailed ? .failed : .completed)
        case 2, 3:
            return .store(id(number), .last, epoch: trials[number].epochs)
        default:
            trials[number].epochs += 1
            return .epoch(id(number), trials[number].epochs, loss: Double(random.next() % 100))
        }
    }

    private func id(_ number: Int) -> AttemptID {
        AttemptID(trial: number, attempt: trials[number].attempt)
    }
}

extension JournalRecord {
    fileprivate var id: AttemptID? {
        switch self {
        case .attemptStarted(let body): body.id
        case .epochFinished(let body): body.id
        case .fileStored(let body): body.id
        case .attemptEnded(let body): body.id
        case .trialFinished(let body): body.outcome.id
        case .studyCreated, .decided, .trialReopened, .trialRetried, .fileRemoved, .workerJoined,
            .coordinatorStarted,
            .studyPaused:
            nil
        }
    }

    fileprivate var isOfOneAttempt: Bool { id != nil }
    fileprivate var trial: Int? { id?.trial }
    fileprivate var attempt: Int? { id?.attempt }
}
