/// A file as its publisher gives it out.
package struct RemoteFile: Hashable, Sendable {
    package let name: String
    /// Bytes.
    package let size: Int
    /// In lower-case hexadecimal.
    package let sha256: String

    package init(_ name: String, size: Int, sha256: String) {
        self.name = name
        self.size = size
        self.sha256 = sha256
    }
}
