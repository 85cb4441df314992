/// One response on its way into a file; libcurl calls it with each piece.
final class Transfer {
    private let url: String
    private let file: PartialFile
    /// The bytes that the whole file has; more are not taken.
    private let limit: Int
    private let offset: Int
    private let progress: (Int) -> Void
    private var isBegun = false
    private(set) var head = ResponseHead()
    /// Whether the bytes that were there have been given up.
    private(set) var hasRestarted = false
    /// Why it takes no more.
    private(set) var failure: DownloadError?

    init(_ url: String, into file: PartialFile, limit: Int, progress: @escaping (Int) -> Void) {
        self.url = url
        self.file = file
        self.limit = limit
        self.progress = progress
        offset = file.size
    }

    func header(_ line: String) {
        head.read(line)
    }

    /// - Returns: whether the transfer may go on.
    func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do throws(DownloadError) {
            if !isBegun {
                try begin()
                isBegun = true
            }
            guard file.size + bytes.count <= limit else {
                throw DownloadError(
                    .wrongLength, at: url,
                    "this is another file: it is longer than \(limit) bytes",
                    advice: "try another address with --mirror")
            }
            try file.append(bytes)
            progress(file.size)
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func begin() throws(DownloadError) {
        switch head.use(askedFrom: offset) {
        case .append: break
        case .restart:
            hasRestarted = offset > 0
            try file.clear()
        case .refuse:
            throw DownloadError(
                .wrongLength, at: url,
                "the server answered with another range than was asked for",
                advice: "try another address with --mirror")
        }
    }
}
