import Foundation
import TestSupport

/// The kernels' sources, their checks, and what was compiled of them.
enum KernelSources {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let kernels = root + "/Sources/CKernels"
    static let checks = root + "/Tests/CKernelsTests/Checks"

    static func files(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(suffix) }.sorted()
            .map { "\(folder)/\($0)" }
    }

    /// The object files that the built programs are linked from, beside the program `winnow`.
    ///
    /// - Throws: `CocoaError` where a source has none.
    static func objects() throws -> [String] {
        let folder =
            URL(fileURLWithPath: try binaryPath("winnow")).deletingLastPathComponent().path + "/CKernels.build/"
        return try files(in: kernels, suffix: ".c").map { source in
            let object = folder + URL(fileURLWithPath: source).lastPathComponent + ".o"
            guard FileManager.default.fileExists(atPath: object) else {
                throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: object])
            }
            return object
        }
    }
}
