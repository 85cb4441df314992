import Foundation
import Glibc
import TestSupport

/// The real program in a process of its own, which a test can watch and signal; it is killed when the test is over.
///
/// Not Foundation's `Process`: that sees a program's end only when the programs which it has started have ended, too,
/// and who of them lives longer is what some tests are about.
final class RunningWinnow {
    let pid: pid_t
    private let logs: TemporaryDirectory
    private let output: String
    private let errors: String
    private var waitStatus: Int32?

    /// Starts `winnow` with `arguments`.
    ///
    /// - Parameters:
    ///   - program: the words that take the place of `winnow`.
    ///   - folder: where it starts, and where relative paths lead.
    ///   - environment: laid over the tests' own.
    init(
        _ arguments: [String], in folder: TemporaryDirectory, program: [String]? = nil,
        environment: [String: String] = [:]
    ) throws {
        // One trial at a time on every machine, where a test says nothing else.
        let isWorker =
            arguments.first == "worker" && !arguments.contains { ["--slots", "--gpus", "--help"].contains($0) }
        let arguments = isWorker ? arguments + ["--slots", "1"] : arguments
        // Outside the folder, so that a test can say that nothing came to be in it.
        logs = try TemporaryDirectory()
        output = try logs.write("", to: "stdout")
        errors = try logs.write("", to: "stderr")
        pid = try Self.spawn(
            // `env` becomes the program; it is there for the folder, which posix_spawn cannot choose portably.
            ["/usr/bin/env", "--chdir=\(folder.path)"] + (program ?? [binaryPath("winnow")]) + arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, output: output, errors: errors
        )
    }

    /// What it has written to standard output so far.
    var outputSoFar: String { get throws { try String(contentsOfFile: output, encoding: .utf8) } }
    /// What it has written to standard error so far.
    var errorsSoFar: String { get throws { try String(contentsOfFile: errors, encoding: .utf8) } }

    var hasEnded: Bool {
        if waitStatus == nil {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                waitStatus = status
            }
        }
        return waitStatus != nil
    }

    /// The processes that it has started and that have not ended.
    var children: [pid_t] {
        get throws {
            try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
                .split(separator: " ").compactMap { pid_t($0) }
        }
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// Waits until standard error says all of `texts`.
    /// - Throws: `TimedOut` with what it said instead, also where it has ended without saying them.
    func says(_ texts: String...) async throws {
        let saysAll = { [self] in
            let errors = try errorsSoFar
            return texts.allSatisfy(errors.contains)
        }
        try await eventually(timeout: .seconds(120)) {
            try saysAll() || hasEnded
        } last: {
            try errorsSoFar
        }
        try await eventually(timeout: .zero, saysAll) { "it has ended: \(try errorsSoFar)" }
    }

    /// Waits for its end.
    func end() async throws -> EndedWinnow {
        try await eventually(timeout: .seconds(300)) {
            hasEnded
        } last: {
            try errorsSoFar
        }
        return EndedWinnow(waitStatus: waitStatus!, output: try outputSoFar, errors: try errorsSoFar)
    }

    deinit {
        guard !hasEnded else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    private static func spawn(
        _ words: [String], environment: [String: String], output: String, errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_APPEND, 0)
        // Other tests' pipes stay theirs: who reads from one waits until all that hold its other end have ended.
        for descriptor in STDERR_FILENO + 1..<256 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        // The thread that runs a test blocks signals, and a program inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // The tests may run where hang-ups are ignored.
        var hangUp = sigset_t()
        sigemptyset(&hangUp)
        sigaddset(&hangUp, SIGHUP)
        posix_spawnattr_setsigdefault(&attributes, &hangUp)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var argv = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], &actions, &attributes, &argv, &variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        return pid
    }
}

extension RunningWinnow {
    /// The address at which a coordinator says that it waits for workers.
    func address() async throws -> String {
        try await says("waiting for workers: winnow worker ")
        let words = try errorsSoFar.split(whereSeparator: \.isWhitespace)
        return String(words[words.firstIndex(of: "worker")! + 1])
    }
}
