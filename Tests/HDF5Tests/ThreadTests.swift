import HDF5
import Testing

/// Files in several threads, and large files.
@Suite struct ConcurrencyAndSpeedTests {
    /// Each thread's error belongs to its own call, and no file sees another's datasets.
    @Test func manyThreads() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let values = (0..<500).map { Float($0 + thread * round) }
                        let root = try reopened { root in try root.write("thread \(thread)", values) }
                        #expect(try root.names() == ["thread \(thread)"])
                        #expect(try root.read("thread \(thread)", as: Float.self).values == values)
                        let error = #expect(throws: HDF5Error.self) { try root.dataset("missing \(thread)") }
                        #expect(error?.path == "/missing \(thread)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A checkpoint of 31 MB in two layers. The bound is loose, since other programs share the machine.
    @Test func writingIsNearlyCopying() throws {
        let values = (0..<7_077_888).map { Float($0) }
        let small = (0..<700_000).map { Float($0) }
        let clock = ContinuousClock()
        var image: [UInt8] = []
        let writing = try clock.measure {
            let file = try File.createInMemory()
            try file.root.write("7.weight", values, shape: [1024, 6912])
            try file.root.write("0.weight", small, shape: [700_000])
            image = try file.image()
        }
        let reading = try clock.measure {
            let read = try File.open(image: image).root.read("7.weight", as: Float.self)
            #expect(read.values.last == values.last)
        }
        print("\(image.count / 1_000_000) MB were written in \(writing) and read in \(reading)")
        #expect(writing < .seconds(1))
        #expect(reading < .seconds(1))
    }
}
