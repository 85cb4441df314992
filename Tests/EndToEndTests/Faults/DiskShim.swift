import Foundation
import TestSupport

/// `disk_shim.c`, compiled: what a coordinator is started with so that it tells what it does to its study's folder, and
/// dies on the way.
struct DiskShim {
    private let library: TemporaryDirectory

    /// - Throws: `CompilerFailed` with the compiler's words.
    init() throws {
        library = try TemporaryDirectory()
        let errors = library.file("errors")
        try library.write("", to: "errors")
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library.file("shim.so"),
            Repository.file("Tests/EndToEndTests/Faults/disk_shim.c"), "-ldl", "-lpthread",
        ]
        compiler.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw CompilerFailed(description: try String(contentsOfFile: errors, encoding: .utf8))
        }
    }

    /// The environment in which a coordinator is watched.
    ///
    /// - Parameters:
    ///   - study: the study's folder, absolute.
    ///   - log: the file that gets the operations.
    ///   - point: where the process kills itself, from 1; nil for nowhere.
    func environment(study: String, log: String, killAt point: Int? = nil) -> [String: String] {
        var variables = [
            "LD_PRELOAD": library.file("shim.so"), "WINNOW_SHIM_FOLDER": study, "WINNOW_SHIM_LOG": log,
        ]
        variables["WINNOW_SHIM_KILL"] = point.map(String.init)
        return variables
    }
}

struct CompilerFailed: Error, CustomStringConvertible {
    let description: String
}
