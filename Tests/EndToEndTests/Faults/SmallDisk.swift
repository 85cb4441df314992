import Foundation
import Glibc
import TestSupport

/// A file system of a few megabytes in memory, mounted for a test; only root may.
final class SmallDisk {
    private let parent: TemporaryDirectory
    /// The mount point.
    let path: String
    private let filler: String

    /// Whether this process may mount: in some containers not even root may.
    static let isPossible: Bool = {
        guard geteuid() == 0 else { return false }
        return (try? SmallDisk()) != nil
    }()

    /// - Throws: `POSIXError` where the kernel refuses.
    init(megabytes: Int = 1) throws {
        parent = try TemporaryDirectory()
        path = parent.file("disk")
        filler = "\(path)/filler"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EPERM)
        }
    }

    /// Takes all the room that is left.
    func fill() throws {
        let file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(file) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(file, page, page.count) > 0 {}
    }

    /// Gives it back.
    func empty() throws {
        try FileManager.default.removeItem(atPath: filler)
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
    }
}
