/// Fetches a data set's files into a folder. Those that are there and right are left as they are.
package struct DatasetFetch {
    private let dataset: DownloadableDataset
    private let folder: FolderPath
    private let addresses: [RemoteAddress]
    private let retries: RetryPolicy
    private let interruption: Interruption
    private let report: (FetchEvent) -> Void

    /// - Parameters:
    ///   - mirror: where the files are looked for instead of at the data set's own addresses; the checksums hold.
    ///   - report: told, in the calling thread, of all that happens.
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

    /// Returns when all files are in their places, whole and right.
    ///
    /// - Throws: ``DownloadError``; the next run goes on where this one stopped.
    package func run() throws(DownloadError) {
        try folder.create()
        let session = try CurlSession()
        switch dataset.contents {
        case .files(let files):
            for file in files {
                try fetch(file, session)
            }
        case .archive(let archive, let members):
            let unpacking = Unpacking(
                archive: folder.file(archive.name), members: members, folder: folder, interruption: interruption)
            if try unpacking.isDone() {
                return members.forEach { report(.present(file: $0.name)) }
            }
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
