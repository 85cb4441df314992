import Glibc

/// The processor time of the calling thread, which tells little of what else the machine does.
package struct ProcessorClock {
    private var start = ProcessorClock.now()

    package init() {}

    /// Seconds since the last lap.
    package mutating func lap() -> Double {
        let now = ProcessorClock.now()
        defer { start = now }
        return now - start
    }

    /// What `body` takes.
    package static func measure(_ body: () throws -> Void) rethrows -> Duration {
        var clock = ProcessorClock()
        try body()
        return .seconds(clock.lap())
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
