import Foundation

/// Real data sets, where this machine has them; tests that need them are skipped elsewhere.
package enum RealData {
    /// The folder `name` in `$WINNOW_TEST_DATA`, or in `../shared/data` beside the repository; nil where it is in neither.
    package static func folder(_ name: String) -> String? {
        let repository = #filePath.components(separatedBy: "/Tests/")[0]
        let data = ProcessInfo.processInfo.environment["WINNOW_TEST_DATA"] ?? "\(repository)/../shared/data"
        return FileManager.default.fileExists(atPath: "\(data)/\(name)") ? "\(data)/\(name)" : nil
    }
}
