import Studies

/// Notices which connected workers fall silent, and which are heard again.
struct SuspectWatch {
    private var suspects: Set<String> = []
    private var next: Duration = .zero

    /// Looks at the workers, at most four times a second.
    mutating func look(at pool: WorkerPool, now: Timestamp) -> [CoordinatorEvent] {
        guard now.monotonic >= next else { return [] }
        next = now.monotonic + .milliseconds(250)
        var events: [CoordinatorEvent] = []
        var found: Set<String> = []
        for peer in pool.peers.values {
            let silent = pool.now - peer.lastHeard
            guard silent > pool.settings.suspectAfter else { continue }
            found.insert(peer.worker)
            if !suspects.contains(peer.worker) {
                events.append(.workerSuspect(worker: peer.worker, silentSeconds: silent.inSeconds))
            }
        }
        for worker in suspects.sorted() where !found.contains(worker) && pool.connections[worker] != nil {
            events.append(.workerBack(worker: worker))
        }
        suspects = found
        return events
    }
}
