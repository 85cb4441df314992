internal import CCurl

/// libcurl's handles: one transfer at a time, in the calling thread, over connections that stay open between files.
final class CurlSession {
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    /// libcurl must be set up once, before its first handle.
    private static let isSetUp = ccurl_global_init() == CURLE_OK

    init() throws(DownloadError) {
        let failure = DownloadError(.curl(Int32(CURLE_FAILED_INIT.rawValue)), at: "libcurl", "cannot be set up")
        guard CurlSession.isSetUp, let easy = curl_easy_init() else { throw failure }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw failure
        }
        self.easy = easy
        self.multi = multi
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try set(ccurl_set_error_buffer(easy, errorText))
        try set(ccurl_allow_http_alone(easy))
        try set(ccurl_set_quick_exit(easy))
        try set(ccurl_set_text(easy, CURLOPT_USERAGENT, "winnow"))
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, 10), (CURLOPT_FAILONERROR, 1),
            (CURLOPT_CONNECTTIMEOUT, 30),
            // A connection without a byte for a minute is dead.
            (CURLOPT_LOW_SPEED_LIMIT, 1), (CURLOPT_LOW_SPEED_TIME, 60),
        ]
        for (option, value) in numbers { try set(ccurl_set_number(easy, option, value)) }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        errorText.deallocate()
    }

    /// Downloads `url` from byte `offset` on.
    /// - Throws: ``DownloadError``: the transfer's failure, libcurl's or the server's, or `.interrupted`.
    func get(
        _ url: String, from offset: Int, into transfer: Transfer, interruption: Interruption
    ) throws(DownloadError) {
        errorText[0] = 0
        try set(ccurl_set_text(easy, CURLOPT_URL, url))
        // Not CURLOPT_RESUME_FROM, which fails if the server does not support ranges.
        try set(ccurl_set_text(easy, CURLOPT_RANGE, offset > 0 ? "\(offset)-" : nil))
        try set(
            ccurl_set_receivers(
                easy,
                { bytes, size, count, context in
                    guard let bytes, let context else { return 0 }
                    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                        .header(String(decoding: line, as: UTF8.self))
                    return size * count
                },
                { bytes, size, count, context in
                    guard let context else { return 0 }
                    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                    // Any other count ends the transfer.
                    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().body(piece) ? piece.count : 0
                },
                Unmanaged.passUnretained(transfer).toOpaque()))
        let code = try perform(url, interruption)
        if let failure = transfer.failure { throw failure }
        try judge(code, transfer.head, url)
    }

    private func perform(_ url: String, _ interruption: Interruption) throws(DownloadError) -> CURLcode {
        try set(curl_multi_add_handle(multi, easy))
        defer { curl_multi_remove_handle(multi, easy) }
        var running: Int32 = 1
        while true {
            try set(ccurl_perform(multi, &running))
            guard running > 0 else { return ccurl_result(multi) }
            try set(ccurl_wait(multi, interruption.descriptor, 1000))
            try interruption.check(at: url)
        }
    }

    private func judge(_ code: CURLcode, _ head: ResponseHead, _ url: String) throws(DownloadError) {
        guard code != CURLE_OK else { return }
        let text = errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
        let words = "curl error \(code.rawValue): \(text)"
        guard code != CURLE_HTTP_RETURNED_ERROR else {
            throw DownloadError(.status(head.status), at: url, words, advice: "try another address with --mirror")
        }
        throw DownloadError(
            .curl(Int32(code.rawValue)), at: url, words,
            advice: "check the network, or give another address with --mirror")
    }

    private func set(_ code: CURLcode) throws(DownloadError) {
        guard code == CURLE_OK else {
            throw DownloadError(.curl(Int32(code.rawValue)), at: "libcurl", String(cString: curl_easy_strerror(code)))
        }
    }

    private func set(_ code: CURLMcode) throws(DownloadError) {
        guard code == CURLM_OK else {
            throw DownloadError(.curl(Int32(code.rawValue)), at: "libcurl", String(cString: curl_multi_strerror(code)))
        }
    }
}

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
