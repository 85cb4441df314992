import Foundation

/// Real data that are too large for the project: in the folder `$WINNOW_TEST_DATA`, else in `../shared/data` beside the
/// repository. A test that needs them is skipped where they are not.
enum SharedData {
    static let folder =
        ProcessInfo.processInfo.environment["WINNOW_TEST_DATA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data")
        .standardized.path

    static func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(name)")
    }
}
