import Foundation
import TestSupport
import Testing

/// What the program must do with every kind of bad input: say one line that names what is wrong, end with the right
/// exit code, print nothing else, and leave everything as it was.
enum Refusal {
    /// `winnow run` and `winnow check` refuse an experiment file alike.
    ///
    /// - Parameters:
    ///   - text: the experiment file `bad.yaml`.
    ///   - status: the exit code.
    ///   - lines: one for each mistake.
    ///   - words: what they must contain: the place, what is wrong, the nearest valid choice.
    ///   - folder: where the file is written, next to whatever it names.
    static func expect(
        _ text: String, status: Int32 = 65, naming words: String..., lines: Int = 1,
        in folder: TemporaryDirectory? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let folder = try folder ?? TemporaryDirectory()
        try folder.write(text, to: "bad.yaml")
        for command in [["run", "bad.yaml", "--workers", "1"], ["check", "bad.yaml", "--print-config"]] {
            try await expect(
                command, status: status, naming: words, lines: lines, in: folder, sourceLocation: sourceLocation)
        }
    }

    /// A command is refused.
    static func expect(
        _ arguments: [String], status: Int32, naming words: [String], lines: Int = 1, in folder: TemporaryDirectory,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try contents(of: folder.path)
        let run = try await Winnow.run(arguments, in: folder)
        #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(
            run.errorLines.count == lines && run.errors.hasSuffix("\n"), "\(run.errors)", sourceLocation: sourceLocation
        )
        for word in words {
            #expect(run.errors.contains(word), sourceLocation: sourceLocation)
        }
        #expect(run.output.isEmpty, sourceLocation: sourceLocation)
        #expect(try contents(of: folder.path) == before, sourceLocation: sourceLocation)
    }
}
