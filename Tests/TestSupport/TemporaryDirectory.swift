import Foundation

/// An empty folder of a test's own, removed with all that is in it when the last reference goes.
///
/// Its path is short, so that an `ipc://` socket fits in it. Keep it in a stored property of the suite, or in use
/// to the end of the test.
package final class TemporaryDirectory: Sendable {
    /// The folder's absolute path, without a slash at its end.
    package let path: String

    /// - Throws: `CocoaError` where the folder cannot be made.
    package init() throws {
        let name = "winnow-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    /// The path of `name` inside this folder; nothing is made.
    package func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes `text` to the file `name` inside this folder.
    /// - Returns: the file's path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    deinit {
        // A test that took away its own rights leaves the folder behind; that must not hide its result.
        try? FileManager.default.removeItem(atPath: path)
    }
}
