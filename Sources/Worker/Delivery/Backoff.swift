/// How long to wait for an answer before asking again: twice as long after each time in vain.
struct Backoff: Hashable, Sendable {
    private let first: Duration
    private let longest: Duration
    private var delay: Duration
    private var since: Duration

    init(first: Duration, longest: Duration, now: Duration) {
        self.first = first
        self.longest = max(first, longest)
        delay = first
        since = now
    }

    func isDue(_ now: Duration) -> Bool { now - since >= delay }

    /// An answer came, or something new was asked.
    mutating func restart(now: Duration) {
        delay = first
        since = now
    }

    /// It was in vain: the next time is further away.
    mutating func repeated(now: Duration) {
        delay = min(delay * 2, longest)
        since = now
    }
}
