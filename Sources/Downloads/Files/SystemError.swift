#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension DownloadError {
    /// What the system just refused: `what` ("cannot be written") with the text of `errno`, and what helps.
    static func system(_ what: String, _ path: String) -> DownloadError {
        let code = errno
        let advice: String? =
            switch code {
            case ENOSPC, EDQUOT: "make room, or choose another folder with --to, and run this again: it goes on here"
            case EACCES, EPERM, EROFS: "choose a folder that you may write to with --to"
            default: nil
            }
        return DownloadError(.system(code), at: path, "\(what): \(String(cString: strerror(code)))", advice: advice)
    }
}
