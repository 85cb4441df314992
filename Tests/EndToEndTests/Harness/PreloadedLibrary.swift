import Foundation
import TestSupport

/// A C file of the tests, compiled: a library that a program is started with (`LD_PRELOAD`), to change what it does.
struct PreloadedLibrary {
    private let folder: TemporaryDirectory

    var path: String { folder.file("shim.so") }

    /// - Parameter source: a path in this repository.
    /// - Throws: `CompilerFailed` with the compiler's words.
    init(_ source: String) throws {
        folder = try TemporaryDirectory()
        let errors = try folder.write("", to: "errors")
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", path, Repository.file(source), "-ldl", "-lpthread",
        ]
        compiler.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw CompilerFailed(description: try String(contentsOfFile: errors, encoding: .utf8))
        }
    }
}

struct CompilerFailed: Error, CustomStringConvertible {
    let description: String
}
