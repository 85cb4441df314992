internal import Glibc

/// A file that is being written beside the place where it will stand: whole and on disk there, or not at all.
///
/// Its temporary name ends in `.part`; what a killed process left of that kind is removed with the study's next lock.
final class PartialFile {
    static let suffix = ".part"

    private let descriptor: Descriptor
    private let target: String
    private(set) var count = 0
    private var isPublished = false

    /// Makes the temporary file in the folder of `target`, which must exist.
    init(for target: String) throws(StudyStoreError) {
        self.target = target
        // Random, so that a file which is given up cannot take away the one that came after it.
        let path = "\(target).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))\(PartialFile.suffix)"
        descriptor = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL)
    }

    deinit {
        if !isPublished { unlink(descriptor.path) }
    }

    /// Adds `bytes` at the end.
    func append(_ bytes: [UInt8]) throws(StudyStoreError) {
        try descriptor.write(bytes, at: count)
        count += bytes.count
    }

    /// Puts the file in its place; when this returns, that has reached the disk.
    /// What stood there before is kept under the name `previous`, where that is given.
    func publish(keepingOldAt previous: String? = nil) throws(StudyStoreError) {
        try descriptor.synchronize()
        if let previous { try CheckpointFile.keep(target, at: previous) }
        guard rename(descriptor.path, target) == 0 else { throw .system("rename", target) }
        isPublished = true
        try Folder.synchronize(Folder.parent(of: target))
    }
}
