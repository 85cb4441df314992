import HDF5
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A checkpoint of 31 MB is written and read about as fast as memory is copied.
@Suite struct SpeedTests {
    /// The bounds are in this thread's own CPU time, and five times what an idle machine takes, since other programs
    /// share the caches.
    @Test func checkpointOf31Megabytes() throws {
        let large = (0..<7_077_888).map { Float($0) }
        let small = (0..<700_000).map { Float($0) }
        var image: [UInt8] = []
        let writing = try processorTime {
            let file = try File.createInMemory()
            try file.root.write("7.weight", large, shape: [1024, 6912])
            try file.root.write("0.weight", small)
            image = try file.image()
        }
        let reading = try processorTime {
            let read = try File.open(image: image).root.read("7.weight", as: Float.self)
            #expect(read.values.last == large.last)
        }
        print("\(image.count / 1_000_000) MB were written in \(writing) and read in \(reading) of CPU time")
        #expect(writing < .milliseconds(500))
        #expect(reading < .milliseconds(500))
    }

    private func processorTime(_ body: () throws -> Void) rethrows -> Duration {
        func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        let start = now()
        try body()
        return now() - start
    }
}
