import Foundation
import Glibc
import TestSupport

/// How a run of the program ended, and all that it said.
struct EndedWinnow {
    /// The exit code; nil where a signal ended it.
    let status: Int32?
    let output: String
    let errors: String

    init(waitStatus: Int32, output: String, errors: String) {
        status = waitStatus & 0x7F == 0 ? (waitStatus >> 8) & 0xFF : nil
        self.output = output
        self.errors = errors
    }

    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

    /// Standard output, all of which has to be one JSON object.
    func document() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        guard let document = object as? [String: Any] else { throw CocoaError(.propertyListReadCorrupt) }
        return document
    }

    /// The trials of ``document()``.
    func trials() throws -> [[String: Any]] {
        guard let trials = try document()["trials"] as? [[String: Any]] else {
            throw CocoaError(.propertyListReadCorrupt)
        }
        return trials
    }
}

/// The real program, run to its end.
enum Winnow {
    static func run(
        _ arguments: String..., in folder: TemporaryDirectory, environment: [String: String] = [:]
    ) async throws -> EndedWinnow {
        try await run(arguments, in: folder, environment: environment)
    }

    static func run(
        _ arguments: [String], in folder: TemporaryDirectory, environment: [String: String] = [:]
    ) async throws -> EndedWinnow {
        try await RunningWinnow(arguments, in: folder, environment: environment).end()
    }
}
