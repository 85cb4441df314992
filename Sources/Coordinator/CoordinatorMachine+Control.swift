import Experiments
import Wire

/// What people ask of a coordinator. (Until the leases' own version of both is merged.)
extension CoordinatorMachine {
    /// Stops giving trials out and recalls what runs, or goes on.
    package mutating func setPaused(_ paused: Bool, at now: Moment) -> [CoordinatorAction] {
        finishActions { machine in
            guard machine.study.isPaused != paused else { return }
            machine.append(.studyPaused(.init(paused: paused, unix: now.unix)))
            if paused {
                for (id, peer) in machine.peers {
                    for attempt in peer.running.keys.sorted() {
                        machine.actions.append(.send(.recall(attempt), to: id))
                    }
                }
            } else {
                machine.dispatch(at: now)
            }
        }
    }

    package func status(at now: Moment) -> CoordinatorStatus {
        let counts = Dictionary(grouping: study.trials, by: \.phase).mapValues(\.count)
        return CoordinatorStatus(
            generation: welcome.generation, isPaused: study.isPaused, draining: draining?.reason, diskTrouble: nil,
            trials: .init(
                waiting: counts[.waiting] ?? 0, running: counts[.running] ?? 0, completed: counts[.completed] ?? 0,
                failed: counts[.failed] ?? 0),
            workers: peers.values.map { peer in
                .init(
                    worker: peer.worker, host: WorkerName(peer.worker)?.host ?? "", tags: [],
                    slots: peer.freeSlots + peer.running.count, freeSlots: peer.freeSlots,
                    silentSeconds: (now.monotonic - peer.lastHeard).inSeconds,
                    isSuspect: now.monotonic - peer.lastHeard > settings.suspectAfter, isDistrusted: false,
                    running: peer.running.keys.sorted().map {
                        Progress(id: $0, epoch: 0, step: 0, steps: 0, patienceLeft: nil)
                    })
            }.sorted { $0.worker < $1.worker },
            orphans: orphans.map { .init(id: $0.key, secondsLeft: ($0.value - now.monotonic).inSeconds) }
                .sorted { $0.id.trial < $1.id.trial },
            checkpointBytes: study.trials.reduce(0) { $0 + ($1.best?.size ?? 0) + ($1.last?.size ?? 0) })
    }
}
