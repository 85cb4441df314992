import Coordinator
import Studies
import Schema

extension CoordinatorStatus {
    static let sample = CoordinatorStatus(
        generation: 3, isPaused: false, draining: nil, diskTrouble: nil,
        trials: .init(waiting: 12, running: 2, paused: 3, completed: 30, failed: 1),
        workers: [
            .init(
                worker: "alpha-4711-ab12cd34", host: "alpha", tags: ["gpu", "bigmem"], slots: 2, freeSlots: 0,
                silentSeconds: 0.3, isSuspect: false, isDistrusted: false,
                running: [
                    .init(
                        id: AttemptID(trial: 41, attempt: 1), epoch: 3, step: 120, steps: 375, patienceLeft: 4),
                    .init(
                        id: AttemptID(trial: 42, attempt: 2), epoch: 1, step: 12, steps: 375, patienceLeft: nil,
                        stage: "teacher"),
                ]),
            .init(
                worker: "beta-99-12ab", host: "beta", tags: [], slots: 1, freeSlots: 1, silentSeconds: 4.2,
                isSuspect: true, isDistrusted: true, running: []),
        ],
        orphans: [.init(id: AttemptID(trial: 17, attempt: 2), secondsLeft: 12)], checkpointBytes: 120_000_000)
}
