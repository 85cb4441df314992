import Experiments
package import Studies
package import Schema

/// A coordinator at one moment, for `winnow status`: what it would lose nothing by telling.
package struct CoordinatorStatus: Hashable, Sendable, Codable {
    package struct Worker: Hashable, Sendable, Codable {
        package var worker: String
        package var host: String
        package var tags: [String]
        package var slots: Int
        package var freeSlots: Int
        /// Since its last message.
        package var silentSeconds: Double
        /// It has been silent for longer than is usual.
        package var isSuspect: Bool
        /// It is given nothing more, since trials keep dying there.
        package var isDistrusted: Bool
        /// What it trains, as far as its last heartbeat told.
        package var running: [Progress]
        /// Why its spool takes nothing more; nil where it does.
        package var spoolTrouble: String?

        package init(
            worker: String, host: String, tags: [String], slots: Int, freeSlots: Int, silentSeconds: Double,
            isSuspect: Bool, isDistrusted: Bool, running: [Progress], spoolTrouble: String? = nil
        ) {
            self.worker = worker
            self.host = host
            self.tags = tags
            self.slots = slots
            self.freeSlots = freeSlots
            self.silentSeconds = silentSeconds
            self.isSuspect = isSuspect
            self.isDistrusted = isDistrusted
            self.running = running
            self.spoolTrouble = spoolTrouble
        }
    }

    package struct Orphan: Hashable, Sendable, Codable {
        package var id: AttemptID
        package var secondsLeft: Double

        package init(id: AttemptID, secondsLeft: Double) {
            self.id = id
            self.secondsLeft = secondsLeft
        }
    }

    package var generation: Int
    package var isPaused: Bool
    /// Nil while trials are given out.
    package var draining: CoordinatorMessage.Drain.Reason?
    /// Why nothing can be made durable at the moment; nil where the disk is well.
    package var diskTrouble: String?
    /// Trials that the search has still to create wait as well.
    package var trials: PhaseCounts
    /// By name.
    package var workers: [Worker]
    /// Running attempts whose worker has not come back to this coordinator, with the seconds that they still have.
    package var orphans: [Orphan]
    /// Bytes of all stored checkpoints.
    package var checkpointBytes: Int

    package init(
        generation: Int, isPaused: Bool, draining: CoordinatorMessage.Drain.Reason?, diskTrouble: String?,
        trials: PhaseCounts, workers: [Worker], orphans: [Orphan], checkpointBytes: Int
    ) {
        self.generation = generation
        self.isPaused = isPaused
        self.draining = draining
        self.diskTrouble = diskTrouble
        self.trials = trials
        self.workers = workers
        self.orphans = orphans
        self.checkpointBytes = checkpointBytes
    }
}

extension CoordinatorMachine {
    /// What a person who asks about a study is told.
    package func status(of id: StudyID, at now: Timestamp) -> CoordinatorStatus {
        var clock = pool.clock
        clock.advance(to: now.monotonic)
        let machine = studies[id]
        let study = machine?.state ?? StudyState()
        var trials = study.counts
        trials.waiting += machine?.uncreated ?? 0
        return CoordinatorStatus(
            generation: machine?.generation ?? welcome.generation, isPaused: study.isPaused,
            draining: draining?.reason, diskTrouble: machine?.diskTrouble,
            trials: trials,
            workers: pool.peers.values.sorted { $0.worker < $1.worker }.map { peer in
                let silent = clock.now - peer.lastHeard
                return .init(
                    worker: peer.worker, host: peer.host, tags: peer.tags, slots: peer.slots,
                    freeSlots: max(0, peer.freeSlots), silentSeconds: silent.inSeconds,
                    isSuspect: silent > pool.settings.suspectAfter, isDistrusted: pool.hosts.isDistrusted(peer.host),
                    running: peer.running.filter { $0.key.study == id }.sorted { $0.key < $1.key }.map { id, running in
                        running.progress ?? .init(id: id, epoch: 0, step: 0, steps: 0, patienceLeft: nil)
                    }, spoolTrouble: peer.trouble)
            },
            orphans: pool.orphans.filter { $0.key.study == id }.sorted { $0.key < $1.key }.map { id, orphan in
                .init(id: id, secondsLeft: max(0, (orphan.deadline - clock.now).inSeconds))
            },
            checkpointBytes: study.checkpointBytes)
    }
}
