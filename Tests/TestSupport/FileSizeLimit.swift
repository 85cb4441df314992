import Glibc
import StudyStore

/// A limit on the size of the files that this process writes, which makes a write fail as a full disk would.
struct FileSizeLimit {
    /// What the write fails with.
    static let error = EFBIG
    private var before = rlimit()

    init(bytes: Int) throws {
        // Without this the kernel ends the process.
        signal(SIGXFSZ, SIG_IGN)
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: before.rlim_max)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
            throw StudyStoreError(.system(errno: errno, operation: "setrlimit"))
        }
    }

    func lift() {
        var limit = before
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}
