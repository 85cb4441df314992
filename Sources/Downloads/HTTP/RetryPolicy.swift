internal import CCurl

/// When a transfer that failed is tried again: as long as each try brings bytes that no earlier one had, and a few times
/// where none comes.
package struct RetryPolicy: Sendable {
    /// The pause before each try in a row that brings nothing new.
    let pauses: [Duration]

    package init(pauses: [Duration]) {
        self.pauses = pauses
    }

    package static let standard = RetryPolicy(pauses: [.seconds(1), .seconds(2), .seconds(4)])

    /// The tries of one file from one address.
    package struct Tries {
        let policy: RetryPolicy
        /// The most bytes that were there after any try.
        private var reached: Int
        private var fruitless = 0

        package init(_ policy: RetryPolicy, from size: Int) {
            self.policy = policy
            reached = size
        }

        /// The pause before the next try; nil where there shall be none.
        package mutating func pause(after error: DownloadError, size: Int) -> Duration? {
            guard error.mayPass else { return nil }
            if size > reached {
                reached = size
                fruitless = 0
            }
            fruitless += 1
            return fruitless <= policy.pauses.count ? policy.pauses[fruitless - 1] : nil
        }
    }
}

extension DownloadError {
    /// Whether the same request may succeed a little later: a connection that was cut, or a server that is busy.
    fileprivate var mayPass: Bool {
        switch code {
        case .status(let status): [408, 429, 500, 502, 503, 504].contains(status)
        case .curl(let code):
            [
                CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
                CURLE_HTTP2, CURLE_HTTP2_STREAM,
            ].contains { Int32($0.rawValue) == code }
        default: false
        }
    }
}
