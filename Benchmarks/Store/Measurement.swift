import Glibc

/// The processor time of a piece of work, as the fastest of several rounds: the machine's other work only ever adds.
struct Measurement {
    let nanoseconds: Double

    /// - Parameter count: how often `body` runs in each round.
    init(rounds: Int = 5, count: Int, _ body: () throws -> Void) rethrows {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = Measurement.processorSeconds
            for _ in 0..<count { try body() }
            best = min(best, Measurement.processorSeconds - start)
        }
        nanoseconds = best * 1e9 / Double(count)
    }

    /// Of this thread.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
