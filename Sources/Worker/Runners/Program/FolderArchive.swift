import CArchive
import Files
import Glibc
import Hashing

/// A folder's files as a tar archive: how a program's checkpoint travels.
///
/// Regular files and folders alone are taken; what is left out is a link, a socket or a device. Two archives of the same
/// files, with the same times, are the same bytes.
package enum FolderArchive {
    private static let piece = 1 << 20

    /// Writes the archive of a folder.
    ///
    /// - Parameter extra: a file that is put first, under a name that no program takes.
    /// - Returns: where the folder's files lie in it.
    /// - Throws: ``SpoolError`` where the disk has no room, or a file cannot be read.
    package static func write(
        _ folder: String, to path: String, extra: (name: String, bytes: [UInt8])
    ) throws(SpoolError) -> [SpooledFile.Part] {
        guard let archive = archive_write_new() else {
            throw SpoolError(failed: "archive_write_new", at: path, code: ENOMEM)
        }
        defer { archive_write_free(archive) }
        func check(_ code: Int32) throws(SpoolError) {
            guard code == ARCHIVE_OK || code == ARCHIVE_WARN else {
                let number = archive_errno(archive)
                throw SpoolError(failed: "write", at: path, code: number > 0 ? number : EIO)
            }
        }
        try check(archive_write_set_format_pax_restricted(archive))
        // Nothing behind the archive's end.
        archive_write_set_bytes_in_last_block(archive, 1)
        try check(archive_write_open_filename(archive, path))
        func add(_ name: String, size: Int, mode: UInt32, time: Int, isFolder: Bool) throws(SpoolError) {
            let entry = archive_entry_new()
            defer { archive_entry_free(entry) }
            archive_entry_set_pathname(entry, name)
            archive_entry_set_filetype(entry, isFolder ? UInt32(S_IFDIR) : UInt32(S_IFREG))
            archive_entry_set_perm(entry, mode_t(mode & 0o777))
            archive_entry_set_size(entry, la_int64_t(size))
            archive_entry_set_mtime(entry, time_t(time), 0)
            try check(archive_write_header(archive, entry))
        }
        func add(_ bytes: [UInt8]) throws(SpoolError) {
            let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
            if written < 0 { try check(Int32(clamping: written)) }
        }
        var parts: [SpooledFile.Part] = []
        try add(extra.name, size: extra.bytes.count, mode: 0o600, time: 0, isFolder: false)
        try add(extra.bytes)
        try forEachEntry(of: folder) { (name, status) throws(SpoolError) in
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            let size = isFolder ? 0 : Int(status.st_size)
            try add(name, size: size, mode: status.st_mode, time: status.st_mtim.tv_sec, isFolder: isFolder)
            guard size > 0 else { return }
            let file = try OpenFile("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let digest = SHA256Digest()
            let offset = Int(archive_filter_bytes(archive, 0))
            var done = 0
            while done < size {
                let bytes = try file.read(from: done, count: min(piece, size - done))
                // A program may cut a file that is being read: the archive is filled up, and the program's to check.
                guard !bytes.isEmpty else { break }
                try add(bytes)
                digest.update(bytes)
                done += bytes.count
            }
            if done == size { parts.append(.init(sha256: digest.finish(), offset: offset, size: size)) }
        }
        try check(archive_write_close(archive))
        return parts
    }

    /// Puts the files of an archive into a folder, which is there and empty.
    ///
    /// - Returns: the extra file, and where the others lie in the archive.
    /// - Throws: ``SpoolError`` where the disk has no room, or where the archive is damaged or leads out of the folder.
    package static func extract(
        _ path: String, into folder: String, extra name: String
    ) throws(SpoolError) -> (extra: [UInt8], parts: [SpooledFile.Part]) {
        guard let archive = archive_read_new() else {
            throw SpoolError(failed: "archive_read_new", at: path, code: ENOMEM)
        }
        defer { archive_read_free(archive) }
        func check(_ code: Int32) throws(SpoolError) {
            guard code == ARCHIVE_OK || code == ARCHIVE_WARN else {
                throw SpoolError(failed: "read", at: path, code: EBADMSG)
            }
        }
        try check(archive_read_support_format_tar(archive))
        try check(archive_read_open_filename(archive, path, 1 << 16))
        var found: [UInt8] = []
        var parts: [SpooledFile.Part] = []
        while true {
            var entry: OpaquePointer?
            let code = archive_read_next_header(archive, &entry)
            if code == ARCHIVE_EOF { break }
            try check(code)
            let entryName = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
            let names = entryName.split(separator: "/", omittingEmptySubsequences: false)
            let plain = names.last == "" ? names.dropLast() : names[...]
            guard !plain.isEmpty, plain.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }) else {
                throw SpoolError(failed: "read", at: path, code: EBADMSG)
            }
            let target = "\(folder)/\(plain.joined(separator: "/"))"
            if archive_entry_filetype(entry) == mode_t(S_IFDIR) {
                try Folder.create(target, durably: false)
                continue
            }
            guard carchive_is_regular(entry) != 0 else { continue }
            let isExtra = entryName == name
            let offset = Int(archive_filter_bytes(archive, 0))
            let file = isExtra ? nil : try Extracted(target, mode: UInt32(archive_entry_perm(entry)))
            while true {
                let bytes = [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
                    count = max(0, archive_read_data(archive, buffer.baseAddress, buffer.count))
                }
                guard !bytes.isEmpty else { break }
                if let file { try file.append(bytes) } else { found += bytes }
            }
            guard let file else { continue }
            file.setTime(archive_entry_mtime(entry))
            parts.append(.init(sha256: file.finish(), offset: offset, size: file.count))
        }
        return (found, parts)
    }

    /// A file that is written from its start to its end.
    private final class Extracted {
        private let file: OpenFile
        private let digest = SHA256Digest()
        private(set) var count = 0

        init(_ path: String, mode: UInt32) throws(SpoolError) {
            try Folder.create(Folder.parent(of: path), durably: false)
            file = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode | 0o600)
        }

        func append(_ bytes: [UInt8]) throws(SpoolError) {
            try file.write(bytes, at: count)
            digest.update(bytes)
            count += bytes.count
        }

        /// - Returns: the SHA-256 of all bytes.
        func finish() -> String { digest.finish() }

        func setTime(_ seconds: time_t) {
            let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
            _ = futimens(file.descriptor, times)
        }
    }

    /// Regular files and folders below a folder, by their names: a folder before what is in it.
    static func forEachEntry(
        of folder: String, below prefix: String = "", _ body: (String, stat) throws(SpoolError) -> Void
    ) throws(SpoolError) {
        for name in try Folder.names(in: prefix.isEmpty ? folder : "\(folder)/\(prefix)") ?? [] {
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            var status = stat()
            guard lstat("\(folder)/\(path)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: try body(path, status)
            case S_IFDIR:
                try body(path, status)
                try forEachEntry(of: folder, below: path, body)
            default: break
            }
        }
    }
}
