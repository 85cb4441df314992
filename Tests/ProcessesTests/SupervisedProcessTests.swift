import Foundation
import Glibc
import Processes
import Studies
import TestSupport
import Testing

/// Programs in processes of their own, and what becomes of all that they start.
@Suite struct SupervisedProcessTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func shell(_ script: String, processors: [Int]? = nil) throws -> SupervisedProcess {
        try SupervisedProcess(
            .init(
                path: "/bin/sh", arguments: ["sh", "-c", script],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "ANSWER": "42"], folder: folder.path,
                processors: processors))
    }

    /// Waits for a report that is the end.
    private func end(_ process: SupervisedProcess) async throws -> SupervisedProcess.Report {
        var found: SupervisedProcess.Report?
        try await eventually(timeout: .seconds(60)) {
            while let next = process.nextReport() {
                if case .started = next { continue }
                found = next
            }
            return found != nil
        } last: {
            "no report"
        }
        return found!
    }

    private func ended(_ process: SupervisedProcess) async throws -> ProcessEnd? {
        guard case .ended(let end, _, _) = try await end(process) else { return nil }
        return end
    }

    private func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Processes whose command line has the words, which no other process has.
    private func processes(with words: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int32(name) != nil, let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: bytes, as: UTF8.self).contains(words)
        }
    }

    @Test func itsOutputEnvironmentAndFolderAreItsOwn() async throws {
        let process = try shell("echo $ANSWER; pwd; echo bad >&2; exit 3")
        #expect(try await ended(process) == ProcessEnd(exitCode: 3))
        #expect(text(process.output) == "42\n\(folder.path)\n" && text(process.errors) == "bad\n")
    }

    /// Another process, forked while a script was written, holds it open for a moment, and no such file can be run.
    @Test func aProgramThatIsHeldOpenIsWaitedFor() async throws {
        let script = try folder.write("#!/bin/sh\necho ran\n", to: "held.sh")
        chmod(script, 0o755)
        let held = open(script, O_WRONLY | O_CLOEXEC)
        let process = try SupervisedProcess(
            .init(path: script, arguments: [script], environment: [:], folder: folder.path))
        try await eventually {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").contains { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == folder.path
            }
        } last: {
            "no process has come to the folder: \(String(describing: process.nextReport()))"
        }
        close(held)
        #expect(try await ended(process) == ProcessEnd(exitCode: 0))
        #expect(text(process.output) == "ran\n")
    }

    @Test func aSignalIsNamed() async throws {
        #expect(try await ended(try shell("kill -SEGV $$")) == ProcessEnd(signal: 11))
    }

    @Test func aSignalReachesTheWholeGroup() async throws {
        let process = try shell("trap 'exit 7' TERM; sleep 1000 & echo ready; wait")
        try await eventually {
            text(process.output).contains("ready")
        } last: {
            ""
        }
        process.send(signal: SIGTERM)
        #expect(try await ended(process) == ProcessEnd(exitCode: 7))
    }

    /// Each number of seconds marks the processes of one test.
    @Test(arguments: [
        (86_411, "sleep N & exit 0"), (86_412, "(setsid sleep N &) ; exit 0"),
        (86_413, "setsid sh -c 'setsid sleep N & sleep N' & exit 1"),
    ])
    func whatItLeavesBehindIsEnded(_ seconds: Int, _ script: String) async throws {
        _ = try await end(try shell(script.replacingOccurrences(of: "N", with: "\(seconds)")))
        #expect(try processes(with: "sleep\u{0}\(seconds)").isEmpty)
    }

    @Test func withItsOwnerAllIsEnded() async throws {
        var process: SupervisedProcess? = try shell("setsid sleep 86402 & sleep 86402")
        try await eventually {
            try processes(with: "sleep\u{0}86402").count == 2
        } last: {
            ""
        }
        #expect(process != nil)
        process = nil
        try await eventually {
            try processes(with: "sleep\u{0}86402").isEmpty
        } last: {
            ""
        }
    }

    @Test func killedItEndsThoughItIgnoresSignals() async throws {
        let process = try shell("trap '' TERM INT HUP; echo ready; while true; do sleep 1; done")
        try await eventually {
            text(process.output).contains("ready")
        } last: {
            ""
        }
        process.send(signal: SIGTERM)
        process.send(signal: SIGKILL)
        #expect(try await ended(process) == ProcessEnd(signal: 9))
    }

    @Test func itRunsOnTheProcessorsThatItWasLent() async throws {
        let number = try #require(ProcessorAllowance.processors.last)
        let process = try shell("grep Cpus_allowed_list /proc/self/status", processors: [number])
        _ = try await end(process)
        #expect(text(process.output).split(whereSeparator: \.isWhitespace).last.map(String.init) == "\(number)")
    }

    @Test(arguments: [(nil, 0), (256 << 20, 1)] as [(Int?, Int)])
    func itHasNoMoreMemoryThanItMay(_ memory: Int?, _ code: Int) async throws {
        let process = try SupervisedProcess(
            .init(
                path: "/usr/bin/env", arguments: ["env", "python3", "-c", "bytearray(600 << 20)"],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], folder: folder.path, memory: memory))
        #expect(try await ended(process) == ProcessEnd(exitCode: code))
    }

    @Test func aFileThatIsNoProgramIsRefused() async throws {
        let path = try folder.write("just text", to: "text")
        chmod(path, 0o755)
        let process = try SupervisedProcess(
            .init(path: path, arguments: ["text"], environment: [:], folder: folder.path))
        #expect(try await end(process) == .refused(code: ENOEXEC))
    }

    @Test func aProgramIsLookedForAsAShellWould() throws {
        let path = try folder.write("#!/bin/sh\n", to: "tool")
        let search = "/nowhere:\(folder.path)"
        #expect(throws: ProcessError.notExecutable(path)) {
            try SupervisedProcess.Program.locate("tool", from: "/", path: search)
        }
        chmod(path, 0o755)
        #expect(try SupervisedProcess.Program.locate("tool", from: "/", path: search) == path)
        #expect(try SupervisedProcess.Program.locate("./tool", from: folder.path, path: "") == "\(folder.path)/./tool")
        #expect(throws: ProcessError.notFound("tol", folders: "PATH (\(search))")) {
            try SupervisedProcess.Program.locate("tol", from: "/", path: search)
        }
    }
}
