import Studies

/// Which hosts keep killing trials.
///
/// A host is distrusted after three failures in a row, of at least two trials, with no trial finished between. It is
/// given nothing while a trusted host's worker is connected; after a time of probation it may fail once more, since a
/// broken network looks the same as a broken machine. What one lost worker takes with it is one failure.
package struct HostTrust: Sendable {
    package static let failuresAllowed = 3
    package static let probation: Duration = .seconds(600)

    private struct Host {
        var peers = 0
        var failures = 0
        var trials: Set<TrialKey> = []
        var distrustedUntil: Duration?
    }

    private var hosts: [String: Host] = [:]
    /// Connected workers whose host is trusted.
    private var trusted = 0

    package init() {}

    package mutating func joined(_ host: String) {
        hosts[host, default: Host()].peers += 1
        trusted += isDistrusted(host) ? 0 : 1
    }

    package mutating func left(_ host: String) {
        trusted -= isDistrusted(host) ? 0 : 1
        hosts[host]?.peers -= 1
        if hosts[host]?.peers == 0, hosts[host]?.failures == 0 {
            hosts[host] = nil
        }
    }

    /// - Returns: how many failures it were, where the host is distrusted from now on.
    package mutating func failed(_ host: String, trials: [TrialKey], at now: Duration) -> Int? {
        guard var entry = hosts[host] else { return nil }
        entry.failures += 1
        // Which trials they were matters until there are two.
        entry.trials.formUnion(trials.prefix(2))
        let wasDistrusted = entry.distrustedUntil != nil
        if entry.failures >= HostTrust.failuresAllowed, entry.trials.count >= 2 {
            entry.distrustedUntil = now + HostTrust.probation
        }
        hosts[host] = entry
        guard entry.distrustedUntil != nil, !wasDistrusted else { return nil }
        trusted -= entry.peers
        return entry.failures
    }

    package mutating func finishedTrial(_ host: String) {
        guard let entry = hosts[host], entry.failures > 0 else { return }
        if entry.distrustedUntil != nil {
            trusted += entry.peers
        }
        hosts[host] = Host(peers: entry.peers)
    }

    package func isDistrusted(_ host: String) -> Bool { hosts[host]?.distrustedUntil != nil }

    /// Whether a worker there may be given a trial now.
    ///
    /// - Parameter isIdle: whether it trains nothing: probation is for one trial at a time.
    package func mayTrain(_ host: String, isIdle: Bool, at now: Duration) -> Bool {
        guard let until = hosts[host]?.distrustedUntil, trusted > 0 else { return true }
        return now >= until && isIdle
    }
}

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
