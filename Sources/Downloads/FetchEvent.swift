/// What happens while a data set is fetched, for those who look on.
package enum FetchEvent: Sendable, Equatable {
    /// The file is there and right.
    case present(file: String)
    /// The file is there, and is not what it ought to be.
    case damaged(file: String)
    /// Bytes are asked for; `size` are there from before, `total` it will be.
    case began(file: String, address: String, size: Int, total: Int)
    case progress(file: String, size: Int, total: Int)
    /// The bytes that were there from before are of no use.
    case startedAnew(file: String)
    case retrying(DownloadError, pause: Duration)
    /// An address has failed, and the next one is tried.
    case addressFailed(DownloadError, next: String, note: String?)
    /// The file is in its place.
    case finished(file: String, total: Int)
    case unpacking(archive: String)
    case unpacked(files: [String])
}
