/// Receives one response into a file; libcurl calls it with each piece.
final class Transfer {
    private let url: String
    private let file: PartialFile
    /// The size of the whole file; more bytes are an error.
    private let limit: Int
    private let offset: Int
    private let progress: (Int) -> Void
    private var isBegun = false
    private(set) var head = ResponseHead()
    /// Whether the bytes of an earlier run were discarded.
    private(set) var hasRestarted = false
    /// Why it accepts no more bytes.
    private(set) var failure: DownloadError?

    init(_ url: String, into file: PartialFile, limit: Int, progress: @escaping (Int) -> Void) {
        self.url = url
        self.file = file
        self.limit = limit
        self.progress = progress
        offset = file.size
    }

    func header(_ line: String) { head.read(line) }

    /// - Returns: whether the transfer may continue.
    func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do throws(DownloadError) {
            if !isBegun {
                try begin()
                isBegun = true
            }
            guard file.size + bytes.count <= limit else {
                throw DownloadError(
                    .wrongLength, at: url, "this is another file: it is longer than \(limit) bytes",
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
                .wrongLength, at: url, "the server answered with another range than was asked for",
                advice: "try another address with --mirror")
        }
    }
}

/// The part of a response's head that decides where its bytes belong.
///
/// Source: RFC 9110, sections 14 and 15.
package struct ResponseHead: Equatable, Sendable {
    /// What to do with the bytes of an earlier run.
    package enum Use: Equatable, Sendable {
        /// The response continues them.
        case append
        /// The response begins at the file's beginning: the server does not support ranges, or the file has changed.
        case restart
        /// The response has another range than was requested.
        case refuse
    }

    package private(set) var status = 0
    /// The first byte of a 206's range.
    package private(set) var rangeStart: Int?

    package init() {}

    /// Reads one line; redirections and interim responses have heads of their own, and the last one counts.
    package mutating func read(_ line: String) {
        if line.hasPrefix("HTTP/") {
            self = ResponseHead()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        } else if let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-range" {
            // bytes 100-199/200
            let range = line[line.index(after: colon)...].split(separator: " ").dropFirst().first
            rangeStart = range?.split(separator: "-").first.flatMap { Int($0) }
        }
    }

    /// - Parameter offset: the first byte that was requested.
    package func use(askedFrom offset: Int) -> Use {
        guard status == 206 else { return .restart }
        return rangeStart == offset ? .append : .refuse
    }
}
