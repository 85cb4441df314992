import Files
import Foundation
import Glibc
import Hashing
import Processes
import Schema
import Studies

/// Finds out what a program runs in, for provenance: its interpreter, the interpreter's packages, and the state of the
/// folder that its files come from.
struct EnvironmentProbe {
    /// A package index on a slow disk takes its time; what hangs is left out.
    private static let limit = Duration.seconds(60)
    private static let mostBytes = Chunk.size

    /// As the program finds it.
    let environment: [String: String]
    /// Whether nobody waits for an answer any more.
    let isCancelled: () -> Bool

    /// What was found; what cannot be found out is left out.
    struct Findings: Hashable {
        var values: [String: String] = [:]
        /// A line for each package, as `pip freeze` has them.
        var packages: [UInt8] = []
    }

    /// - Parameters:
    ///   - path: the file that the command names.
    ///   - folder: where the program's files come from; nil where they were fetched.
    func find(program path: String, folder: String?) -> Findings {
        var findings = Findings()
        let interpreter = Self.interpreter(of: path, searching: environment["PATH"] ?? "") ?? path
        findings.values["interpreter"] = interpreter
        if Self.isPython(interpreter) { describePython(interpreter, in: &findings) }
        if let folder { describeRepository(folder, in: &findings) }
        findings.values = findings.values.mapValues { $0.oneLine(atMost: MessageLimit.lineBytes) }
        return findings
    }

    // MARK: The interpreter

    /// What a script's first line names; nil where the file is no script.
    static func interpreter(of path: String, searching folders: String) -> String? {
        guard let file = try? OpenFile(path, O_RDONLY | O_NONBLOCK),
            let head = try? file.read(from: 0, count: 256), head.starts(with: Array("#!".utf8))
        else { return nil }
        let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
        guard let first = words.first else { return nil }
        guard first.hasSuffix("/env") else { return first }
        guard let name = words.dropFirst().first(where: { !$0.hasPrefix("-") && !$0.contains("=") }) else { return nil }
        return try? SupervisedProcess.Program.locate(name, from: "/", path: folders)
    }

    static func isPython(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasPrefix("python") || name.hasPrefix("pypy")
    }

    private func describePython(_ path: String, in findings: inout Findings) {
        let version = "import platform as p; print(p.python_implementation(), p.python_version())"
        findings.values["interpreter_version"] = output(of: [path, "-c", version])?.trimmed
        // An environment without pip has packages all the same.
        let list =
            "from importlib.metadata import distributions as d; "
            + "print('\\n'.join(sorted({f\"{x.metadata['Name']}=={x.version}\" for x in d()}, key=str.lower)))"
        guard
            let packages = output(of: [path, "-m", "pip", "--disable-pip-version-check", "freeze"])
                ?? output(of: [path, "-c", list])
        else { return }
        findings.packages = Array(packages.utf8)
        findings.values["packages_sha256"] = SHA256Digest.hexadecimal(of: findings.packages)
    }

    // MARK: The folder

    private func describeRepository(_ folder: String, in findings: inout Findings) {
        guard let commit = output(of: ["git", "-C", folder, "rev-parse", "HEAD"])?.trimmed else { return }
        findings.values["git_commit"] = commit
        guard let changes = output(of: ["git", "-C", folder, "status", "--porcelain", "--", "."]) else { return }
        let count = changes.split(separator: "\n").count
        findings.values["git_state"] =
            count == 0 ? "clean" : "\(count) file\(count == 1 ? "" : "s") changed or not tracked"
    }

    // MARK: Commands

    /// What a command prints; nil where it cannot be run, fails, or takes too long.
    private func output(of words: [String]) -> String? {
        var environment = environment
        // Looking at a repository shall not write to it.
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        // Of the working folder, Python would import what the program has there.
        guard
            let path = try? SupervisedProcess.Program.locate(words[0], from: "/", path: environment["PATH"] ?? ""),
            let process = try? SupervisedProcess(
                .init(path: path, arguments: words, environment: environment, folder: "/"))
        else { return nil }
        let began = ContinuousClock.now
        var bytes: [UInt8] = []
        while .now - began < Self.limit, bytes.count < Self.mostBytes, !isCancelled() {
            var polled = [process.output, process.errors, process.reports].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            _ = poll(&polled, nfds_t(polled.count), 100)
            let report = process.nextReport()
            bytes += Self.read(process.output)
            _ = Self.read(process.errors)
            switch report {
            case .ended(let end, _, _): return end.exitCode == 0 ? String(decoding: bytes, as: UTF8.self) : nil
            case .refused, .lost: return nil
            case .started, nil: break
            }
        }
        return nil
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            }
            guard !piece.isEmpty else { return bytes }
            bytes += piece
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
