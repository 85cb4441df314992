internal import CArchive

/// A tar archive, plain or gzipped, read from its beginning to its end.
final class ArchiveReader {
    struct Entry: Equatable {
        let path: String
        /// Neither a folder, nor a link, nor a device.
        let isRegular: Bool
        /// Bytes.
        let size: Int
    }

    private let path: String
    private let handle: OpaquePointer
    private let piece: UnsafeMutableRawBufferPointer

    init(_ path: String) throws(DownloadError) {
        self.path = path
        guard let handle = archive_read_new() else {
            throw DownloadError(.damagedArchive(ARCHIVE_FATAL), at: path, "no memory to read it")
        }
        self.handle = handle
        piece = .allocate(byteCount: 1 << 20, alignment: 16)
        try check(archive_read_support_filter_gzip(handle))
        try check(archive_read_support_format_tar(handle))
        try check(archive_read_open_filename(handle, path, 1 << 16))
    }

    deinit {
        archive_read_free(handle)
        piece.deallocate()
    }

    /// The next entry; nil at the archive's end.
    func next() throws(DownloadError) -> Entry? {
        var entry: OpaquePointer?
        let code = archive_read_next_header(handle, &entry)
        if code == ARCHIVE_EOF { return nil }
        try check(code)
        // A name in no known encoding is as good as none.
        let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
        return Entry(path: name, isRegular: carchive_is_regular(entry) != 0, size: Int(archive_entry_size(entry)))
    }

    /// Hands the bytes of the entry on to `body`.
    func forEachPiece(
        interruption: Interruption, _ body: (UnsafeRawBufferPointer) throws(DownloadError) -> Void
    ) throws(DownloadError) {
        while true {
            try interruption.check(at: path)
            let count = archive_read_data(handle, piece.baseAddress, piece.count)
            guard count >= 0 else { throw failure(Int32(clamping: count)) }
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }

    private func check(_ code: Int32) throws(DownloadError) {
        // A warning tells of attributes that do not matter here, such as an owner's name.
        guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DownloadError {
        let text = archive_error_string(handle).map { String(cString: $0) } ?? "libarchive error \(code)"
        return DownloadError(.damagedArchive(code), at: path, "cannot be unpacked: \(text)")
    }
}
