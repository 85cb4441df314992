import Foundation
import TestSupport
import Testing

/// The program in `Checks`: each kernel with drawn shapes, between guard pages, against plain loops.
@Suite("Every kernel, between guards")
struct KernelCheckTests {
    private static let include = "-I\(KernelSources.kernels)/include"
    private static let compiler = ["clang", "-O1", "-g1", "-Wall", "-Wextra", "-Werror"]

    /// What runs more cases than a test has time for: `WINNOW_KERNEL_ROUNDS`.
    private static var rounds: String { ProcessInfo.processInfo.environment["WINNOW_KERNEL_ROUNDS"] ?? "4" }

    private func run(_ program: String) async throws {
        for testCase in SeededCases(1) {
            let printed = try await Program.output([program, "\(testCase.seed)", Self.rounds])
            #expect(printed.contains("passed"))
        }
    }

    /// On any CPU: one form of the templates at a time, for the compiler's baseline, whose vectors of 16 are several
    /// registers. So it is not for the machine to say which of them is tried.
    @Test("under the address and undefined-behaviour sanitizers, the wide form and the narrow", arguments: [1, 0])
    func sanitized(wide: Int) async throws {
        let directory = try TemporaryDirectory()
        let program = directory.file("kernel-checks")
        let sources =
            try KernelSources.files(in: KernelSources.kernels, suffix: ".c")
            + KernelSources.files(in: KernelSources.checks, suffix: ".c")
        try await Program.output(
            Self.compiler + ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
                + ["-DWINNOW_FORCE_WIDE=\(wide)", Self.include, "-fuse-ld=lld", "-o", program] + sources + ["-lm"])
        try await run(program)
    }

    @Test("as they are built, with what this CPU has")
    func built() async throws {
        let directory = try TemporaryDirectory()
        let program = directory.file("kernel-checks")
        try await Program.output(
            Self.compiler + [Self.include, "-fuse-ld=lld", "-o", program]
                + KernelSources.files(in: KernelSources.checks, suffix: ".c") + KernelSources.objects() + ["-lm"])
        try await run(program)
    }

    @Test("no kernel is left out")
    func complete() throws {
        let declarations = try KernelSources.files(in: KernelSources.kernels + "/include", suffix: ".h")
            .map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let checks = try KernelSources.files(in: KernelSources.checks, suffix: ".c")
            .map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let kernels = Set(declarations.matches(of: /\b(winnow_\w+)\(/).map { String($0.output.1) })
        #expect(kernels.count > 40)
        #expect(kernels.filter { !checks.contains($0) }.sorted() == [])
    }
}
