import Foundation
import TestSupport
import Testing

extension Studies {
    /// Standard output that takes nothing, or that nobody reads.
    @Suite struct StandardOutputTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        private static let commands = [
            ["results", "study"], ["results", "study", "--json"], ["show", "study", "0"], ["explain", "study", "0"],
            ["compare", "study"], ["status", "study"], ["run", "quick.yaml", "--study", "study"],
            ["check", "quick.yaml", "--print-config"], ["data", "list"], ["--help"], ["run", "--help"], ["--version"],
            ["keygen", "key"], ["report", "study"],
        ]

        @Test func aFullOneIsExitCode74() async throws {
            let run = try await Winnow.run("run", "quick.yaml", "--workers", "1", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            for words in Self.commands {
                let full = try await RunningWinnow(
                    words, in: folder,
                    program: ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full", binaryPath("winnow")]
                ).end()
                #expect(full.status == 74, "\(words): \(full.errors)")
                #expect(full.errorLines.last == "winnow: standard output: No space left on device", "\(words)")
            }
        }

        /// As for `| head`.
        @Test func aClosedOneIsNoFailure() async throws {
            let run = try await Winnow.run("run", "quick.yaml", "--workers", "1", "--study", "study", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let ends = try Python.run(
                """
                import os, subprocess, sys
                for restores in (True, False):
                    reading, writing = os.pipe()
                    os.close(reading)
                    end = subprocess.run(
                        sys.argv[1:], stdout=writing, stderr=subprocess.PIPE, restore_signals=restores)
                    os.close(writing)
                    print(end.returncode, end.stderr.decode())
                """, arguments: [binaryPath("winnow"), "results", folder.file("study")])
            #expect(ends == "0 \n0 \n")
        }
    }
}
