import Charts
import Console
package import Coordinator
package import Experiments
package import Studies
package import Logging
import Schema

/// On a terminal: one live line per running trial, and one for the study, redrawn in latest.
///
/// It is called in the coordinator's thread. The cost of an event does not grow with the study: counts are kept, each row is
/// read once, and only the lines that the terminal shows are drawn.
package final class LiveDisplay: StudyDisplay {
    private let experiment: Experiment
    private let terms: StudyTerms
    private var planned: Int { experiment.search.trials }
    private let terminal: Terminal
    private let text: EventText
    private let level: Logger.Level
    /// Workers that have been silent for a while.
    private var suspects: Set<String> = []
    private var diskTrouble: String?
    private let began = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private var drawnLines = 0
    private var progress: [Int: Progress] = [:]
    /// Epochs trained since this display began; for the remaining time.
    private var epochsSeen = 0
    private var selections: RunningSelections
    /// Nil before the first event.
    private var winner: StandingWinner?

    /// - Parameter level: lines of events below it are dropped.
    package init(_ experiment: Experiment, level: Logger.Level, terminal: Terminal = .errors) {
        self.experiment = experiment
        terms = StudyTerms(experiment)
        self.level = level
        self.terminal = terminal
        text = EventText(experiment)
        selections = RunningSelections(experiment.train.select)
    }

    package func show(_ event: CoordinatorEvent, _ study: StudyState) {
        follow(event, study)
        switch event {
        case .progress(let all):
            for one in all { progress[one.id.trial] = one }
        case .epochFinished(let result):
            epochsSeen += 1
            progress[result.id.trial]?.step = 0
        case .trialStarted, .trialTakenOver, .workerJoined, .workerLeft, .draining(.finished):
            break
        case .trialFinished, .trialRetried, .trialReturned, .trialBegunAnew, .workerLost, .workerRefused,
            .hostDistrusted, .uploadRefused, .checkpointDamaged, .checkpointRemoved, .checkpointBudgetExceeded,
            .messageRefused, .paused,
            .diskTrouble, .spoolTrouble, .spoolRecovered,
            .diskRecovered, .draining(.interrupted), .workerSuspect, .workerBack, .cannotBeSteered, .logTrouble:
            remember(event)
            erase()
            if event.logLevel >= level, let line = text.line(for: event, EventContext(event, study, planned: planned)) {
                terminal.line(line)
            }
            return draw(study)
        }
        if lastDrawn.map({ .now - $0 > .milliseconds(100) }) ?? true { draw(study) }
    }

    /// Updates the state behind the lines.
    private func follow(_ event: CoordinatorEvent, _ study: StudyState) {
        switch event {
        case .trialFinished(let outcome):
            winner?.add(study.trials[outcome.id.trial])
            forget(outcome.id.trial)
        case .trialReturned(let id, _, _):
            forget(id.trial)
        default: break
        }
        winner = winner ?? StandingWinner(terms, study)
    }

    private func forget(_ trial: Int) {
        progress[trial] = nil
        selections.forget(trial)
    }

    /// Updates the conditions that the study's line shows while they last.
    private func remember(_ event: CoordinatorEvent) {
        switch event {
        case .workerSuspect(let worker, _): suspects.insert(worker)
        case .workerBack(let worker), .workerLost(let worker, _): suspects.remove(worker)
        case .diskTrouble(let trouble): diskTrouble = trouble
        case .diskRecovered: diskTrouble = nil
        default: break
        }
    }

    package func close() { erase() }

    private func draw(_ study: StudyState) {
        erase()
        lastDrawn = .now
        // Lines that scrolled off the screen cannot be erased; two lines are the study's and the cursor's.
        let room = max(1, (terminal.rows ?? 24) - 3)
        let running = study.running.lowest(room).map { line(study.trials[$0]) }
        let hidden = study.running.count - running.count
        let lines = running + (hidden > 0 ? ["and \(hidden) more running trials"] : []) + [summary(study)]
        let width = terminal.columns ?? 80
        terminal.write(lines.map { String($0.prefix(width - 1)) + "\n" }.joined())
        drawnLines = lines.count
    }

    private func erase() {
        guard drawnLines > 0 else { return }
        terminal.write("\u{1B}[\(drawnLines)F\u{1B}[J")
        drawnLines = 0
    }

    private func line(_ trial: TrialState) -> String {
        let latest = progress[trial.number]
        if let latest, latest.stage == "teacher" {
            return "trial \(trial.number)  teacher's epoch \(latest.epoch)  step \(latest.step)/\(latest.steps)  "
                + settings(trial)
        }
        if let latest, let stage = latest.stage, stage == "fetching" || stage == "labelling" {
            return "trial \(trial.number)  \(stage) \(latest.step)/\(latest.steps)  " + settings(trial)
        }
        let epoch = max(trial.history.count + 1, latest?.epoch ?? 0)
        let budget = experiment.train.epochs
        var line = "trial \(trial.number)  epoch \(min(epoch, budget ?? epoch))\(budget.map { "/\($0)" } ?? "")"
        if let latest, let stage = latest.stage {
            line += "  \(stage)" + (latest.steps > 0 ? " \(latest.step)/\(latest.steps)" : "")
        } else if let latest, latest.steps > 0, latest.epoch == epoch {
            line += "  step \(latest.step)/\(latest.steps)"
        }
        if let row = trial.history.last {
            let shown =
                experiment.training == nil
                ? [experiment.train.select.monitor] : ["train_loss", "validation_loss"]
            for metric in shown { line += "  \(metric) \(Numeral.metric(row.metrics[metric] ?? .nan))" }
        }
        if let best = selections.selection(of: trial) {
            line += "  best \(Numeral.metric(best.value)) (epoch \(best.epoch))"
        }
        if let patience = latest?.patienceLeft { line += "  patience \(patience)" }
        return line + "  " + settings(trial)
    }

    private func settings(_ trial: TrialState) -> String {
        trial.assignment.elements.isEmpty ? "" : terms.labels.shortText(trial.assignment.elements)
    }

    private func summary(_ study: StudyState) -> String {
        let failed = study.counts.failed
        let over = study.counts.over
        var line = study.isPaused ? "PAUSED (winnow unpause): " : ""
        line = diskTrouble == nil ? line : "WAITING FOR THE DISK: "
        let count = study.expectedTrials(planned: planned)
        line += "\(over)/\(count) trials done" + (failed > 0 ? ", \(failed) failed" : "")
        if let best = winner?.best {
            line += ", best: trial \(best.trial) (\(experiment.train.select.monitor) \(Numeral.metric(best.value)))"
        }
        if !suspects.isEmpty { line += ", \(suspects.count) worker\(suspects.count == 1 ? "" : "s") silent" }
        let elapsed = (ContinuousClock.now - began).inSeconds
        line += ", \(Figure.duration(elapsed))"
        let left = (count - over) * (experiment.train.epochs ?? 0) - study.openRows
        if epochsSeen > 0, left > 0 {
            // Early stopping may end trials sooner.
            line += ", at most \(Figure.duration(elapsed / Double(epochsSeen) * Double(left))) left"
        }
        return line
    }
}
