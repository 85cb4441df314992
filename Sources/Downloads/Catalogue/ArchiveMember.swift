/// A file inside an archive, which is unpacked under its base name, whatever folders the archive puts it in.
package struct ArchiveMember: Hashable, Sendable {
    package let name: String
    /// Bytes that it may have; one number where that is known.
    package let sizes: ClosedRange<Int>
    /// In lower-case hexadecimal, where it is known: by it a file that is there already is found right.
    package let sha256: String?

    package init(_ name: String, size: Int, sha256: String? = nil) {
        self.init(name, sizes: size...size, sha256: sha256)
    }

    package init(_ name: String, sizes: ClosedRange<Int>, sha256: String? = nil) {
        self.name = name
        self.sizes = sizes
        self.sha256 = sha256
    }
}
