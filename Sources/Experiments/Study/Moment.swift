/// A point in time as the pure parts see it: they are told the time, and never ask for it.
package struct Moment: Hashable, Sendable {
    /// Since some fixed start, never going back: for leases and heartbeats.
    package var monotonic: Duration
    /// Seconds since 1970, UTC: for records that a person reads.
    package var unix: Double

    package init(monotonic: Duration, unix: Double) {
        self.monotonic = monotonic
        self.unix = unix
    }
}
