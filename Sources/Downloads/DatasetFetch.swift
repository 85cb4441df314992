/// Downloads a data set's files into a folder. Files that exist and are right are kept.
package struct DatasetFetch {
    private let dataset: DownloadableDataset
    private let folder: FolderPath
    private let addresses: [RemoteAddress]
    private let retries: RetryPolicy
    private let interruption: Interruption
    private let report: (FetchEvent) -> Void

    /// - Parameters:
    ///   - mirror: replaces the data set's own addresses; the checksums still apply.
    ///   - report: called with each event, in the calling thread.
    package init(
        _ dataset: DownloadableDataset, to folder: String, mirror: RemoteAddress? = nil,
        retries: RetryPolicy = .standard, interruption: Interruption = .never,
        report: @escaping (FetchEvent) -> Void = { _ in }
    ) {
        self.dataset = dataset
        self.folder = FolderPath(path: folder)
        addresses = mirror.map { [$0] } ?? dataset.addresses
        self.retries = retries
        self.interruption = interruption
        self.report = report
    }

    /// Returns when all files are complete and right.
    ///
    /// - Throws: ``DownloadError``; the next run continues where this one stopped.
    package func run() throws(DownloadError) {
        try folder.create()
        let session = try CurlSession()
        switch dataset.contents {
        case .files(let files):
            for file in files { try fetch(file, session) }
        case .archive(let archive, let members):
            let unpacking = Unpacking(
                archive: folder.file(archive.name), members: members, folder: folder, interruption: interruption)
            if try unpacking.isDone() { return members.forEach { report(.present(file: $0.name)) } }
            try fetch(archive, session)
            report(.unpacking(archive: archive.name))
            try unpacking.run()
            report(.unpacked(files: members.map(\.name)))
        }
    }

    private func fetch(_ file: RemoteFile, _ session: CurlSession) throws(DownloadError) {
        try FileFetch(
            file: file, folder: folder, addresses: addresses, session: session, retries: retries,
            interruption: interruption, report: report
        ).run()
    }
}

/// Progress of a download.
package enum FetchEvent: Sendable, Equatable {
    /// The file exists and is right.
    case present(file: String)
    /// The file exists, but its contents are wrong.
    case damaged(file: String)
    /// A request begins; `size` of `total` bytes exist from an earlier run.
    case began(file: String, address: String, size: Int, total: Int)
    case progress(file: String, size: Int, total: Int)
    /// The bytes of an earlier run are unusable.
    case startedAnew(file: String)
    case retrying(DownloadError, pause: Duration)
    /// An address has failed, and the next one is tried.
    case addressFailed(DownloadError, next: String, note: String?)
    /// The file is complete.
    case finished(file: String, total: Int)
    case unpacking(archive: String)
    case unpacked(files: [String])
}

/// Why files could not be downloaded.
package struct DownloadError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// libcurl's code: no network, no such host, a connection that was cut, ...
        case curl(Int32)
        /// The server's status, from 400.
        case status(Int)
        /// SHA-256 sums in lower-case hexadecimal.
        case wrongChecksum(expected: String, found: String)
        /// More bytes came than the file has.
        case wrongLength
        /// A mirror's folder has a file of that name and another size.
        case otherFile
        /// A mirror's folder does not have the file.
        case missingFile
        /// The system's `errno`.
        case system(Int32)
        /// Another process is fetching the same file.
        case busy
        case interrupted
        /// libarchive's code.
        case damagedArchive(Int32)
        case refusedArchive
        case badMirror
    }

    package let code: Code
    /// The address or the path.
    package let location: String
    package let message: String
    /// What to do, if anything helps.
    package let advice: String?

    package init(_ code: Code, at location: String, _ message: String, advice: String? = nil) {
        self.code = code
        self.location = location
        self.message = message
        self.advice = advice
    }

    /// Whether another address may succeed.
    var concernsAddress: Bool {
        switch code {
        case .curl, .status, .wrongChecksum, .wrongLength, .otherFile, .missingFile: true
        case .system, .busy, .interrupted, .damagedArchive, .refusedArchive, .badMirror: false
        }
    }

    package var description: String { "\(location): \(message)" + (advice.map { "; \($0)" } ?? "") }
}
