import CCurl

/// Downloads one file from the first address that has it, continuing an earlier run.
struct FileFetch {
    let file: RemoteFile
    let folder: FolderPath
    let addresses: [RemoteAddress]
    let session: CurlSession
    let retries: RetryPolicy
    let interruption: Interruption
    let report: (FetchEvent) -> Void

    /// - Throws: ``DownloadError``; the received bytes are then kept in a `.part` file.
    func run() throws(DownloadError) {
        if try isPresent() { return report(.present(file: file.name)) }
        let partial = try PartialFile(for: folder.file(file.name))
        for (index, address) in addresses.enumerated() {
            do {
                try fetch(from: address, into: partial)
                try partial.publish()
                try folder.synchronize()
                return report(.finished(file: file.name, total: file.size))
            } catch {
                guard error.concernsAddress, index + 1 < addresses.count else { throw error }
                var note: String?
                if case .url(_, let text) = addresses[index + 1] { note = text }
                report(.addressFailed(error, next: addresses[index + 1].location(of: file.name), note: note))
            }
        }
    }

    private func isPresent() throws(DownloadError) -> Bool {
        let reader: FileReader
        do {
            reader = try FileReader(folder.file(file.name))
        } catch {
            guard error.code == .missingFile else { throw error }
            return false
        }
        if reader.size == file.size, try reader.sha256(interruption: interruption) == file.sha256 { return true }
        report(.damaged(file: file.name))
        return false
    }

    /// Returns when `partial` is complete and right. If the bytes of an earlier run turn out wrong, all are fetched anew.
    private func fetch(from address: RemoteAddress, into partial: PartialFile) throws(DownloadError) {
        var hasEarlierBytes = partial.size > 0
        while true {
            do {
                if partial.size != file.size {
                    if try receive(from: address, into: partial) { hasEarlierBytes = false }
                }
                return try verify(partial, from: address)
            } catch {
                switch error.code {
                case .wrongChecksum, .wrongLength, .status(416): try partial.clear()
                default: throw error
                }
                guard hasEarlierBytes else { throw error }
                hasEarlierBytes = false
                report(.startedAnew(file: file.name))
            }
        }
    }

    /// - Returns: whether the bytes of an earlier run were replaced.
    private func receive(from address: RemoteAddress, into partial: PartialFile) throws(DownloadError) -> Bool {
        let location = address.location(of: file.name)
        guard partial.size < file.size else {
            throw DownloadError(.wrongLength, at: partial.path, "is longer than \(file.size) bytes")
        }
        report(.began(file: file.name, address: location, size: partial.size, total: file.size))
        if case .folder = address {
            try copy(location, into: partial)
            return false
        }
        var tries = RetryPolicy.Tries(retries, from: partial.size)
        var hasRestarted = false
        while true {
            let transfer = Transfer(location, into: partial, limit: file.size) { size in
                report(.progress(file: file.name, size: size, total: file.size))
            }
            do {
                defer { hasRestarted = hasRestarted || transfer.hasRestarted }
                try session.get(location, from: partial.size, into: transfer, interruption: interruption)
            } catch {
                guard let pause = tries.pause(after: error, size: partial.size) else { throw error }
                report(.retrying(error, pause: pause))
                try interruption.check(at: location, waiting: pause)
                continue
            }
            return hasRestarted
        }
    }

    private func copy(_ path: String, into partial: PartialFile) throws(DownloadError) {
        let reader = try FileReader(path)
        guard reader.size == file.size else {
            throw DownloadError(
                .otherFile, at: path, "this is another file: it has \(reader.size) bytes, not \(file.size)")
        }
        try reader.forEachPiece(from: partial.size, interruption: interruption) { (bytes) throws(DownloadError) in
            try partial.append(bytes)
            report(.progress(file: file.name, size: partial.size, total: file.size))
        }
    }

    private func verify(_ partial: PartialFile, from address: RemoteAddress) throws(DownloadError) {
        let found = try FileReader(partial.path).sha256(interruption: interruption)
        guard found != file.sha256 else { return }
        throw DownloadError(
            .wrongChecksum(expected: file.sha256, found: found), at: address.location(of: file.name),
            "this is another file: its SHA-256 is \(found), not \(file.sha256)",
            advice: "try another address with --mirror")
    }
}

/// When a failed transfer is tried again: as long as each try brings new bytes, and a few times without any.
package struct RetryPolicy: Sendable {
    /// The pause before each try, in a row of tries without new bytes.
    let pauses: [Duration]

    package init(pauses: [Duration]) { self.pauses = pauses }

    package static let standard = RetryPolicy(pauses: [.seconds(1), .seconds(2), .seconds(4)])

    /// The tries of one file from one address.
    package struct Tries {
        let policy: RetryPolicy
        /// The most bytes after any try.
        private var reached: Int
        private var fruitless = 0

        package init(_ policy: RetryPolicy, from size: Int) {
            self.policy = policy
            reached = size
        }

        /// The pause before the next try; nil to give up.
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
    /// Whether the same request may succeed later: the connection broke, or the server is busy.
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
