import Experiments
package import Studies
import Glibc

/// A clock that stands still while the coordinator sleeps.
///
/// A coordinator that slept (a closed lid, SIGSTOP) heard nobody, and that is not the workers' silence: by this clock no
/// lease, no deadline and no limit goes on meanwhile. A gap between two calls that is longer than `longestGap` is sleep.
struct AwakeClock: Sendable {
    let longestGap: Duration
    private(set) var now: Duration = .zero
    /// How much was slept so far.
    private(set) var slept: Duration = .zero
    private var last: Duration?

    init(longestGap: Duration) {
        self.longestGap = longestGap
    }

    /// - Parameter time: of a clock that never goes back.
    mutating func advance(to time: Duration) {
        let gap = max(time - (last ?? time), .zero)
        last = max(time, last ?? time)
        if gap > longestGap {
            slept += gap
        } else {
            now += gap
        }
    }
}

/// The time as the state machines are told it.
package struct StudyClock {
    package init() {}

    private let start = ContinuousClock.now

    package var now: Timestamp {
        Timestamp(monotonic: ContinuousClock.now - start, unix: Self.unix)
    }

    /// Seconds since 1970, UTC.
    package static var unix: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
