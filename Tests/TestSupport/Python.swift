import Foundation

/// The Python that reads what Winnow writes: `$PYTHON3`, or `/usr/bin/python3` with Debian's h5py.
package enum Python {
    /// Runs `script` to its end and returns what it printed.
    ///
    /// - Parameters:
    ///   - script: the program's text, handed over with `-c`.
    ///   - arguments: `sys.argv[1:]`.
    ///   - interpreter: another Python than the usual one.
    /// - Throws: ``PythonError`` with the traceback where it fails; `CocoaError` where there is no Python. A missing
    ///   Python or h5py is a failure, never a reason to skip: `scripts/bootstrap` installs both.
    package static func run(_ script: String, arguments: [String] = [], interpreter: String? = nil) throws -> String {
        let directory = try TemporaryDirectory()
        let errors = directory.file("stderr")
        try directory.write("", to: "stderr")
        let output = Pipe()

        let process = Process()
        let interpreter = interpreter ?? ProcessInfo.processInfo.environment["PYTHON3"] ?? "/usr/bin/python3"
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", script] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        // A file, not a second pipe: nobody has to empty it while the first is read.
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()

        guard process.terminationStatus == 0 else {
            let traceback = try String(contentsOfFile: errors, encoding: .utf8)
            throw PythonError(status: process.terminationStatus, traceback: traceback)
        }
        return String(decoding: printed, as: UTF8.self)
    }
}

/// The programs that read what `winnow export` writes, which `scripts/readers` installs for `make test`.
package enum Readers {
    package static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/readers/bin/python").path
    package static let areThere = FileManager.default.isExecutableFile(atPath: python)

    package static func run(_ script: String, arguments: [String] = []) throws -> String {
        try Python.run(script, arguments: arguments, interpreter: python)
    }
}

/// A Python script that did not end well.
package struct PythonError: Error, CustomStringConvertible {
    package let status: Int32
    package let traceback: String

    package var description: String { "Python ended with status \(status): \(traceback)" }
}
