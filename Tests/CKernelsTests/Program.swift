import Foundation
import TestSupport

/// A program that is run to its end.
enum Program {
    /// What `arguments[0]`, looked for on PATH, printed to its standard output.
    ///
    /// - Throws: ``ProgramFailed`` with what it said where it does not end with 0. Nobody's thread waits meanwhile.
    @discardableResult
    static func output(_ arguments: [String], environment: [String: String] = [:]) async throws -> String {
        let directory = try TemporaryDirectory()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        // Files, not pipes: nobody has to empty them while the program runs.
        for name in ["output", "errors"] { try directory.write("", to: name) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.file("output")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.file("errors")))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let output = try String(contentsOfFile: directory.file("output"), encoding: .utf8)
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let errors = try String(contentsOfFile: directory.file("errors"), encoding: .utf8)
            throw ProgramFailed(
                description: "\(arguments.prefix(3).joined(separator: " ")) ended with "
                    + "\(process.terminationStatus): \(output.suffix(500))\n\(errors.prefix(4000))\n"
                    + String(errors.suffix(1000))
            )
        }
        return output
    }
}

struct ProgramFailed: Error, CustomStringConvertible {
    let description: String
}
