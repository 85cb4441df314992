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
