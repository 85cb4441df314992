import Experiments
package import Studies
internal import Files
internal import Glibc
internal import Hashing

/// A checkpoint as a file whose size and SHA-256 are known; it is never held in memory as a whole.
package enum CheckpointFile {
    /// Whether the file is there, can be read, and is the one.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno` where that cannot be told.
    package static func isWhole(_ file: StoredFile, at path: String) throws(StudyStoreError) -> Bool {
        do {
            try verify(file, OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
            return true
        } catch {
            switch error.code {
            case .wrongDigest, .wrongSize, .system(ENOENT, _), .system(ELOOP, _), .system(EIO, _): return false
            default: throw error
            }
        }
    }

    /// Puts a file that lies whole at `incoming` into its place, when it is the announced one; when this returns, that
    /// has reached the disk.
    ///
    /// - Throws: ``StudyStoreError`` with `.wrongSize`, `.wrongDigest`, `.notPlaced`, or the `errno`; what was incoming is
    ///   then gone, and what stood at `path` as it was.
    package static func publish(
        _ file: StoredFile, from incoming: String, to path: String, keepingOldAt previous: String? = nil
    ) throws(StudyStoreError) {
        do throws(StudyStoreError) {
            let descriptor = try placed(incoming)
            try verify(file, descriptor)
            try descriptor.synchronize()
            if let previous { try Folder.keep(path, at: previous) }
            try Folder.rename(incoming, to: path)
        } catch {
            unlink(incoming)
            throw error
        }
        try Folder.synchronize(Folder.parent(of: path))
    }

    /// A worker may have put anything there, or nothing, or what nobody else may read: that is no trouble of this disk.
    private static func placed(_ path: String) throws(StudyStoreError) -> OpenFile {
        do throws(StudyStoreError) {
            return try OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            guard case .system(let number, let operation) = error.code,
                [ENOENT, EACCES, EPERM, ELOOP, ENXIO, ENOTDIR].contains(number)
            else { throw error }
            throw StudyStoreError(.notPlaced(errno: number, operation: operation), path: path)
        }
    }

    /// Moves a file to another name in its folder, durably.
    package static func move(_ path: String, to target: String) throws(StudyStoreError) {
        try Folder.rename(path, to: target)
        try Folder.synchronize(Folder.parent(of: target))
    }

    /// Removes a file; one that is not there is as good.
    package static func remove(_ path: String) throws(StudyStoreError) {
        try Folder.remove(path)
    }

    private static func verify(_ file: StoredFile, _ descriptor: borrowing OpenFile) throws(StudyStoreError) {
        let size = try descriptor.size()
        guard size == file.size else {
            throw StudyStoreError(.wrongSize(expected: file.size, actual: size), path: descriptor.path)
        }
        let digest = SHA256Digest()
        var offset = 0
        while offset < size {
            let piece = try descriptor.read(from: offset, count: min(1 << 20, size - offset))
            guard !piece.isEmpty else { break }
            digest.update(piece)
            offset += piece.count
        }
        let actual = digest.finish()
        guard actual == file.sha256 else {
            throw StudyStoreError(.wrongDigest(expected: file.sha256, actual: actual), path: descriptor.path)
        }
    }
}
