import Testing

/// The kernels are linked into programs of others, with whose names theirs may not collide.
@Suite("The built kernels' symbols")
struct SymbolTests {
    @Test("every external symbol begins with winnow_")
    func prefixed() async throws {
        let printed = try await Program.output(
            ["nm", "--defined-only", "--extern-only", "--no-sort"] + KernelSources.objects())
        // Value, type and name; a line with a file's name has fewer words.
        let names = printed.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count == 3 }
            .map { $0[2] }
        #expect(names.count > 40)
        #expect(names.filter { !$0.hasPrefix("winnow_") }.sorted() == [])
    }
}
