import Glibc

/// The CPU time of the calling thread, which tells little of what else the machine does.
struct ProcessorClock {
    private var start = ProcessorClock.now()

    /// Seconds since the last lap.
    mutating func lap() -> Double {
        let now = ProcessorClock.now()
        defer { start = now }
        return now - start
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
