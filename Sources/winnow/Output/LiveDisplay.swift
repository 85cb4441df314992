import Charts
import Console
import Coordinator
import Experiments
import Logging
import Wire

/// On a terminal: one live line per running trial, and one for the study, redrawn in place.
final class LiveDisplay: StudyDisplay {
    private let experiment: Experiment
    private let text: EventText
    private let level: Logger.Level
    /// Workers that have not been heard for a while.
    private var suspects: Set<String> = []
    private var diskTrouble: String?
    private let began = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private var drawnLines = 0
    private var progress: [Int: Progress] = [:]
    /// Epochs that were trained while this display looked on: what the time left is reckoned by.
    private var epochsSeen = 0

    /// - Parameter level: lines of events below it are left out.
    init(_ experiment: Experiment, level: Logger.Level) {
        self.experiment = experiment
        self.level = level
        text = EventText(experiment)
    }

    func show(_ event: CoordinatorEvent, _ study: StudyState) {
        switch event {
        case .progress(let all):
            for one in all {
                progress[one.id.trial] = one
            }
        case .epochFinished(let result):
            epochsSeen += 1
            progress[result.id.trial]?.step = 0
        case .trialStarted, .trialTakenOver, .workerJoined, .workerLeft, .draining(.finished):
            break
        case .trialFinished, .trialReturned, .trialBegunAnew, .workerLost, .workerRefused, .hostDistrusted,
            .uploadRefused, .checkpointDamaged, .checkpointRemoved, .checkpointBudgetExceeded, .messageRefused, .paused,
            .diskTrouble, .spoolTrouble, .spoolRecovered,
            .diskRecovered, .draining(.interrupted), .workerSuspect, .workerBack, .cannotBeSteered, .logTrouble:
            remember(event)
            erase()
            if event.logLevel >= level, let line = text.line(for: event, EventContext(event, study)) {
                Terminal.errors.line(line)
            }
            return draw(study)
        }
        if lastDrawn.map({ .now - $0 > .milliseconds(100) }) ?? true {
            draw(study)
        }
    }

    /// What the line for the study shows for as long as it lasts.
    private func remember(_ event: CoordinatorEvent) {
        switch event {
        case .workerSuspect(let worker, _): suspects.insert(worker)
        case .workerBack(let worker), .workerLost(let worker): suspects.remove(worker)
        case .diskTrouble(let trouble): diskTrouble = trouble
        case .diskRecovered: diskTrouble = nil
        default: break
        }
    }

    func close() {
        erase()
    }

    private func draw(_ study: StudyState) {
        erase()
        lastDrawn = .now
        let running = study.trials.filter { $0.phase == .running }
        let lines = running.map(line) + [summary(study)]
        let width = Terminal.errors.columns ?? 80
        Terminal.errors.write(lines.map { String($0.prefix(width - 1)) + "\n" }.joined())
        drawnLines = lines.count
    }

    private func erase() {
        guard drawnLines > 0 else { return }
        Terminal.errors.write("\u{1B}[\(drawnLines)F\u{1B}[J")
        drawnLines = 0
    }

    private func line(_ trial: TrialState) -> String {
        let place = progress[trial.number]
        if let place, place.stage == "teacher" {
            return "trial \(trial.number)  teacher's epoch \(place.epoch)  step \(place.step)/\(place.steps)  "
                + "\(trial.assignment)"
        }
        if let place, let stage = place.stage, stage == "fetching" || stage == "labelling" {
            return "trial \(trial.number)  \(stage) \(place.step)/\(place.steps)  \(trial.assignment)"
        }
        let epoch = max(trial.history.count + 1, place?.epoch ?? 0)
        var line = "trial \(trial.number)  epoch \(min(epoch, experiment.train.epochs))/\(experiment.train.epochs)"
        if let place, let stage = place.stage {
            line += "  \(stage)" + (place.steps > 0 ? " \(place.step)/\(place.steps)" : "")
        } else if let place, place.steps > 0, place.epoch == epoch {
            line += "  step \(place.step)/\(place.steps)"
        }
        if let row = trial.history.last {
            line += "  train_loss \(Numeral.metric(row.metrics["train_loss"] ?? .nan))"
            line += "  validation_loss \(Numeral.metric(row.metrics["validation_loss"] ?? .nan))"
        }
        if let best = trial.selection(experiment.train.select) {
            line += "  best \(Numeral.metric(best.value)) (epoch \(best.epoch))"
        }
        if let patience = place?.patienceLeft {
            line += "  patience \(patience)"
        }
        return line + "  \(trial.assignment)"
    }

    private func summary(_ study: StudyState) -> String {
        let over = study.trials.count(where: \.isOver)
        let failed = study.trials.count { $0.phase == .failed }
        var line = study.isPaused ? "PAUSED (winnow unpause): " : ""
        line = diskTrouble == nil ? line : "WAITING FOR THE DISK: "
        line += "\(over)/\(study.trials.count) trials done" + (failed > 0 ? ", \(failed) failed" : "")
        if let winner = study.winner(experiment.train.select), let best = winner.selection(experiment.train.select) {
            line += ", best: trial \(winner.number) (\(experiment.train.select.monitor) \(Numeral.metric(best.value)))"
        }
        if !suspects.isEmpty {
            line += ", \(suspects.count) worker\(suspects.count == 1 ? "" : "s") silent"
        }
        let elapsed = (ContinuousClock.now - began).inSeconds
        line += ", \(Figure.duration(elapsed))"
        let left = study.trials.reduce(0) { $0 + ($1.isOver ? 0 : experiment.train.epochs - $1.history.count) }
        if epochsSeen > 0, left > 0 {
            // Early stopping may end trials sooner.
            line += ", at most \(Figure.duration(elapsed / Double(epochsSeen) * Double(left))) left"
        }
        return line
    }
}
