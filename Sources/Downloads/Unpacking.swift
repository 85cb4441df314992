import CArchive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Extracts the listed files from an archive, and deletes it.
///
/// The archive does not decide where bytes are written: a member is written to the folder under the base name and with the
/// size that the catalogue lists, and members that are not listed are skipped.
struct Unpacking {
    let archive: String
    let members: [ArchiveMember]
    let folder: FolderPath
    let interruption: Interruption

    /// Whether all members exist and are right.
    func isDone() throws(DownloadError) -> Bool {
        for member in members {
            do {
                let reader = try FileReader(folder.file(member.name))
                guard member.sizes.contains(reader.size) else { return false }
                if let sum = member.sha256, try reader.sha256(interruption: interruption) != sum { return false }
            } catch {
                guard error.code == .missingFile else { throw error }
                return false
            }
        }
        return true
    }

    /// - Throws: ``DownloadError`` with `.refusedArchive` if a path leads out of the archive, or a member is no
    ///   regular file, has another size, stands twice or is missing; `.damagedArchive`. No file is then left behind.
    func run() throws(DownloadError) {
        var files: [String: PartialFile] = [:]
        do throws(DownloadError) {
            let reader = try ArchiveReader(archive)
            while let entry = try reader.next() {
                guard let member = try member(for: entry) else { continue }
                guard files[member.name] == nil else { throw refusal("\(entry.path) stands in it twice") }
                let file = try PartialFile(for: folder.file(member.name))
                files[member.name] = file
                try write(reader, to: file)
                guard file.size == entry.size else {
                    throw refusal("\(entry.path) has \(file.size) bytes, not the \(entry.size) that it announces")
                }
            }
            let missing = members.filter { files[$0.name] == nil }
            guard missing.isEmpty else { throw refusal("it has no \(missing.map(\.name).joined(separator: ", "))") }
            for file in files.values { try file.publish() }
        } catch {
            files.values.forEach { $0.discard() }
            throw error
        }
        try folder.synchronize()
        guard unlink(archive) == 0 else { throw .system("cannot be deleted", archive) }
    }

    private func member(for entry: ArchiveReader.Entry) throws(DownloadError) -> ArchiveMember? {
        let parts = entry.path.split(separator: "/")
        guard !entry.path.hasPrefix("/"), !parts.contains(".."), let base = parts.last else {
            throw refusal("the path \"\(entry.path)\" leads out of it")
        }
        guard let member = members.first(where: { $0.name == base }) else { return nil }
        guard entry.isRegular else { throw refusal("\(entry.path) is no regular file") }
        guard member.sizes.contains(entry.size) else {
            let wanted =
                member.sizes.count == 1
                ? "\(member.sizes.lowerBound)" : "\(member.sizes.lowerBound) to \(member.sizes.upperBound)"
            throw refusal("\(entry.path) has \(entry.size) bytes, not \(wanted)")
        }
        return member
    }

    private func write(_ reader: ArchiveReader, to file: PartialFile) throws(DownloadError) {
        // Left by an unpacking that was killed.
        try file.clear()
        try reader.forEachPiece(interruption: interruption) { (bytes) throws(DownloadError) in
            try file.append(bytes)
        }
    }

    private func refusal(_ reason: String) -> DownloadError {
        DownloadError(.refusedArchive, at: archive, "the archive is refused: \(reason)")
    }
}

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
        // A name in no known encoding counts as none.
        let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
        return Entry(path: name, isRegular: carchive_is_regular(entry) != 0, size: Int(archive_entry_size(entry)))
    }

    /// Calls `body` with the bytes of the entry, piece by piece.
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
        // A warning concerns attributes that do not matter here, such as an owner's name.
        guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DownloadError {
        let text = archive_error_string(handle).map { String(cString: $0) } ?? "libarchive error \(code)"
        return DownloadError(.damagedArchive(code), at: path, "cannot be unpacked: \(text)")
    }
}
