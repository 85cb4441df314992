internal import Files
internal import Glibc

extension DownloadError: SystemCallError {
    init(failed operation: String, at path: String, code: Int32) {
        let what =
            switch operation {
            case "mkdir": "the folder cannot be made"
            case "rename": "cannot be renamed"
            case "pread", "fstat": "cannot be read"
            default: "cannot be written"
            }
        // Something is there, and it is no folder.
        self = .system(what, path, code: operation == "mkdir" && code == EEXIST ? ENOTDIR : code)
    }

    /// What the system just refused: `what` ("cannot be written") with the text of `errno`, and what helps.
    static func system(_ what: String, _ path: String, code: Int32 = errno) -> DownloadError {
        let advice: String? =
            switch code {
            case ENOSPC, EDQUOT: "make room, or choose another folder with --to, and run this again: it goes on here"
            case EACCES, EPERM, EROFS: "choose a folder that you may write to with --to"
            default: nil
            }
        return DownloadError(.system(code), at: path, "\(what): \(String(cString: strerror(code)))", advice: advice)
    }
}

extension DownloadError {
    /// Synchronises a file or a folder, as far as its file system can: some network file systems say EINVAL.
    ///
    /// A fetched file is checked by its digest whenever it is looked for, so it may be lost, but not wrong.
    static func toleratingNoSynchronization(_ body: () throws(DownloadError) -> Void) throws(DownloadError) {
        do {
            try body()
        } catch  where error.code == .system(EINVAL) {
        }
    }
}

typealias OpenFile = Files.OpenFile<DownloadError>
typealias Folder = Files.Folder<DownloadError>
