import HDF5
import Testing

/// Files in several threads at once.
@Suite struct ThreadTests {
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
}
