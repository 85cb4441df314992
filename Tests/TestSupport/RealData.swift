import Foundation

/// Real data sets that are too large for the project: in the folder `$WINNOW_TEST_DATA`, else in `../shared/data` beside
/// the repository. A test that needs them is skipped, with a word, where they are not.
package enum RealData {
    /// Where they would be.
    package static let folder =
        ProcessInfo.processInfo.environment["WINNOW_TEST_DATA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data")
        .standardized.path

    package static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(name)")
    }

    /// The folder `name` among them; nil where it is not there.
    package static func folder(_ name: String) -> String? {
        has(name) ? "\(folder)/\(name)" : nil
    }
}
