import Foundation
import TestSupport
import Testing

extension Studies {
    /// Data on standard output, words on standard error.
    @Suite struct OutputTests {
        private let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
            try folder.write(SampleExperiment.quick, to: "quick.yaml")
        }

        @Test func jsonIsOneDocument() async throws {
            let run = try await Winnow.run(
                "run", "quick.yaml", "--workers", "1", "--study", "study", "--json", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            #expect(try run.trials().map { $0["trial"] as? Int } == [0, 1, 2])

            let results = try await Winnow.run("results", "study", "--json", in: folder)
            #expect(results.output == run.output)
            #expect(results.errors.isEmpty && results.status == 0)

            let shown = try await Winnow.run("show", "study", "1", "--json", in: folder)
            let trial = try shown.document()
            #expect(shown.errors.isEmpty && shown.status == 0)
            #expect((trial["history"] as? [[String: Any]])?.map { $0["epoch"] as? Int } == [1, 2, 3, 4, 5])
            #expect(trial["state"] as? String == "completed")
            let checkpoint = try #require(trial["checkpoint"] as? String)
            #expect(FileManager.default.fileExists(atPath: folder.file(checkpoint)))
        }

        @Test func tablesAreForPeople() async throws {
            let run = try await Winnow.run("run", "quick.yaml", "--workers", "1", in: folder)
            try #require(run.status == 0, "\(run.errors)")
            let results = try await Winnow.run("results", "studies/quick", in: folder)
            #expect(results.output == run.output)
            let lines = results.output.split(separator: "\n")
            let header = Set(lines[0].split(separator: " "))
            #expect(header.isSuperset(of: ["trial", "validation_loss", "test_loss", "learning_rate"]))
            #expect(lines[1...3].map { $0.split(separator: " ").first { Int($0) != nil } } == ["0", "1", "2"])
            #expect(lines.contains { $0.hasPrefix("* selected: trial ") })

            let shown = try await Winnow.run("show", "studies/quick", "2", in: folder)
            #expect(shown.output.hasPrefix("trial 2: completed"))
            #expect(shown.output.contains("optimizer.learning_rate: "))
        }

        @Test func noEscapeCodesWhereNobodyLooks() async throws {
            let run = try await Winnow.run(
                "run", "quick.yaml", "--workers", "1", in: folder, environment: ["TERM": "xterm-256color"])
            #expect(!run.errors.contains("\u{1B}") && !run.output.contains("\u{1B}"))
            #expect(!run.errors.contains("\r"))
            for trial in 0..<3 {
                #expect(run.errorLines.count { $0.hasPrefix("trial \(trial): epoch ") } == 5)
                #expect(run.errorLines.count { $0.hasPrefix("trial \(trial) done after epoch 5") } == 1)
            }
        }

        @Test func liveLinesOnATerminalLeaveACleanEnd() async throws {
            let screen = try Python.run(
                Self.terminal, arguments: [binaryPath("winnow"), folder.file("quick.yaml"), folder.file("study")])
            #expect(screen.contains("\u{1B}["))
            #expect(screen.contains("trials done"))
            // What is drawn last is erased again: the table alone stays.
            let end = try #require(screen.components(separatedBy: "\u{1B}[J").last)
            #expect(!end.contains("\u{1B}") && !end.contains("trials done"))
            #expect(end.contains("* selected: trial "))
        }

        @Test func aDumbTerminalGetsPlainLines() throws {
            let screen = try Python.run(
                Self.terminal,
                arguments: [binaryPath("winnow"), folder.file("quick.yaml"), folder.file("study"), "dumb"])
            #expect(!screen.contains("\u{1B}"))
            #expect(screen.contains("trial 0: epoch 5/5"))
        }

        @Test func theResolvedExperimentIsTheSameExperiment() async throws {
            let check = try await Winnow.run("check", "quick.yaml", "--print-config", in: folder)
            #expect(check.status == 0)
            #expect(check.errors.contains("3 trials"))
            try folder.write(check.output, to: "resolved.yaml")
            let again = try await Winnow.run("check", "resolved.yaml", "--print-config", in: folder)
            #expect(again.output == check.output)
            for file in ["quick.yaml", "resolved.yaml"] {
                let run = try await Winnow.run("run", file, "--workers", "1", "--study", "study", in: folder)
                #expect(run.status == 0, "\(run.errors)")
            }
        }

        @Test(arguments: ["run", "coordinator", "worker", "check", "results", "show"])
        func helpHasAnExample(command: String) async throws {
            let help = try await Winnow.run(command, "--help", in: folder)
            #expect(help.status == 0 && help.errors.isEmpty)
            #expect(help.output.contains("Example: winnow \(command) "))
        }

        @Test func helpNamesTheExitCodes() async throws {
            let help = try await Winnow.run("--help", in: folder)
            for code in ["0 all", "1 failed", "2 ", "64", "65", "66", "69", "71", "73", "74", "75"] {
                #expect(help.output.contains(code))
            }
        }

        /// Runs the program on a pseudo-terminal of 100 columns and prints all that it wrote there.
        private static let terminal = """
            import fcntl, os, pty, struct, sys, termios

            program, file, study = sys.argv[1:4]
            pid, screen = pty.fork()
            if pid == 0:
                os.environ["TERM"] = sys.argv[4] if len(sys.argv) > 4 else "xterm"
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
                os.execv(program, [program, "run", file, "--workers", "2", "--study", study])
            seen = b""
            while True:
                try:
                    piece = os.read(screen, 65536)
                except OSError:
                    break
                if not piece:
                    break
                seen += piece
            _, status = os.waitpid(pid, 0)
            assert os.waitstatus_to_exitcode(status) == 0, seen
            sys.stdout.buffer.write(seen)
            """
    }
}
