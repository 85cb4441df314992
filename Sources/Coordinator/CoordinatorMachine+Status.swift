package import Experiments
import Wire

extension CoordinatorMachine {
    /// What a person who asks is told.
    package func status(at now: Moment) -> CoordinatorStatus {
        var clock = clock
        clock.advance(to: now.monotonic)
        return CoordinatorStatus(
            generation: welcome.generation, isPaused: study.isPaused, draining: draining?.reason,
            diskTrouble: diskTrouble,
            trials: .init(
                waiting: study.count(.waiting), running: study.count(.running), completed: study.count(.completed),
                failed: study.count(.failed)),
            workers: peers.values.sorted { $0.worker < $1.worker }.map { peer in
                let silent = clock.now - peer.lastHeard
                return .init(
                    worker: peer.worker, host: peer.host, tags: peer.tags, slots: peer.slots,
                    freeSlots: max(0, peer.freeSlots), silentSeconds: silent.inSeconds,
                    isSuspect: silent > settings.suspectAfter, isDistrusted: hosts.isDistrusted(peer.host),
                    running: peer.running.sorted { $0.key < $1.key }.map { id, running in
                        running.progress ?? .init(id: id, epoch: 0, step: 0, steps: 0, patienceLeft: nil)
                    }, spoolTrouble: peer.trouble)
            },
            orphans: orphans.sorted { $0.key < $1.key }.map { id, deadline in
                .init(id: id, secondsLeft: max(0, (deadline - clock.now).inSeconds))
            },
            checkpointBytes: study.checkpointBytes)
    }
}
