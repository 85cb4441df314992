internal import Glibc

/// A file that is written beside the place where it will stand: whole and on disk there, or not at all.
///
/// Its temporary name ends in `.part`. A file that is given up leaves nothing behind.
package final class PartialFile<Failure: SystemCallError> {
    private let file: OpenFile<Failure>
    private let target: String
    package private(set) var count = 0
    /// Bytes that have reached the disk.
    private var synchronized = 0
    private var isPublished = false

    /// Makes the temporary file in the folder of `target`, which must exist.
    package init(for target: String) throws(Failure) {
        self.target = target
        // Random, so that a file which is given up cannot take away the one that came after it.
        let path = "\(target).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))\(partialFileSuffix)"
        file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
    }

    deinit {
        if !isPublished { unlink(file.path) }
    }

    /// Adds `bytes` at the end.
    package func append(_ bytes: [UInt8]) throws(Failure) {
        try file.write(bytes, at: count)
        count += bytes.count
        if count - synchronized >= largestSynchronization {
            try file.synchronizeData()
            synchronized = count
        }
    }

    /// Puts the file in its place; when this returns, that has reached the disk.
    ///
    /// - Parameter previous: another name for what stood there before; nil gives it up.
    package func publish(keepingOldAt previous: String? = nil) throws(Failure) {
        try file.synchronize()
        if let previous { try Folder<Failure>.keep(target, at: previous) }
        try Folder<Failure>.rename(file.path, to: target)
        isPublished = true
        try Folder<Failure>.synchronize(Folder<Failure>.parent(of: target))
    }
}

/// The end of a name under which a file is written.
package let partialFileSuffix = ".part"

/// Bytes that one synchronisation should take to the disk: one of many more holds up those of all other files, such as a
/// journal's, for as long as it lasts.
package let largestSynchronization = 8 << 20
