import Foundation
import Glibc

/// A limit on the size of the files that this process writes, which makes a write fail as a full disk would.
package struct FileSizeLimit {
    /// What the write fails with.
    package static let error = EFBIG
    private var before = rlimit()

    /// - Throws: `POSIXError` where the system refuses.
    package init(bytes: Int) throws {
        // Without this the kernel ends the process.
        signal(SIGXFSZ, SIG_IGN)
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: before.rlim_max)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EPERM)
        }
    }

    package func lift() {
        var limit = before
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}
