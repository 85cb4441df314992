import Coordinator
internal import Experiments
internal import Wire

/// How a study stands, as `--json` gives it.
package struct StatusDocument: Encodable, Sendable {
    package struct Trials: Encodable, Sendable {
        var waiting: Int
        var running: Int
        var completed: Int
        var failed: Int
    }

    package struct Worker: Encodable, Sendable {
        var worker: String
        var host: String
        var tags: [String]
        var slots: Int
        var freeSlots: Int
        var silentSeconds: Double
        var suspect: Bool
        var distrusted: Bool
        var running: [Attempt]
        var spoolTrouble: String?
    }

    package struct Attempt: Encodable, Sendable {
        var trial: Int
        var attempt: Int
        var epoch: Int
        var step: Int
        var steps: Int
        var stage: String?
        var patienceLeft: Int?
    }

    package struct Orphan: Encodable, Sendable {
        var trial: Int
        var attempt: Int
        var secondsLeft: Double
    }

    var study: String
    /// `running`, `paused`, `stopping`, `finishing`; `at_rest` where no coordinator is at work.
    var state: String
    var paused: Bool
    var generation: Int?
    var diskTrouble: String?
    var trials: Trials
    var workers: [Worker]
    var orphans: [Orphan]
    var checkpointBytes: Int?
    var trouble: String?

    package init(_ report: StatusReport) {
        study = report.study
        paused = report.isPaused
        trials = Trials(
            waiting: report.trials.waiting, running: report.trials.running, completed: report.trials.completed,
            failed: report.trials.failed)
        trouble = report.trouble
        let status = report.running
        state =
            switch (status, status?.draining) {
            case (nil, _): report.trouble == nil ? "at_rest" : "unknown"
            case (_, .finished?): "finishing"
            case (_, .interrupted?): "stopping"
            default: report.isPaused ? "paused" : "running"
            }
        generation = status?.generation
        diskTrouble = status?.diskTrouble
        checkpointBytes = status?.checkpointBytes
        workers = status?.workers.map(Self.worker) ?? []
        orphans =
            status?.orphans.map {
                Orphan(trial: $0.id.trial, attempt: $0.id.attempt, secondsLeft: $0.secondsLeft)
            } ?? []
    }

    private static func worker(_ worker: CoordinatorStatus.Worker) -> Worker {
        Worker(
            worker: worker.worker, host: worker.host, tags: worker.tags, slots: worker.slots,
            freeSlots: worker.freeSlots, silentSeconds: worker.silentSeconds, suspect: worker.isSuspect,
            distrusted: worker.isDistrusted,
            running: worker.running.map {
                Attempt(
                    trial: $0.id.trial, attempt: $0.id.attempt, epoch: $0.epoch, step: $0.step, steps: $0.steps,
                    stage: $0.stage, patienceLeft: $0.patienceLeft)
            }, spoolTrouble: worker.spoolTrouble)
    }
}
