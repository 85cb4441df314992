package import Experiments
import Glibc

/// The time as the state machines are told it.
package struct StudyClock {
    package init() {}

    private let start = ContinuousClock.now

    package var now: Moment {
        Moment(monotonic: ContinuousClock.now - start, unix: Self.unix)
    }

    /// Seconds since 1970, UTC.
    package static var unix: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
