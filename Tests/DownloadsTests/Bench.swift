import Downloads
import Foundation
import Hashing
import Synchronization
import TestSupport

/// A folder that is served, one that is fetched into, and what was reported.
final class Bench: Sendable {
    let served: TemporaryDirectory
    let destination: TemporaryDirectory
    let server: TestServer
    private let seen = Mutex<[FetchEvent]>([])

    init() throws {
        served = try TemporaryDirectory()
        destination = try TemporaryDirectory()
        server = try TestServer(serving: served.path, log: served.file("requests.log"))
    }

    /// What was reported so far, without the progress.
    var events: [FetchEvent] {
        seen.withLock { $0 }.filter { if case .progress = $0 { false } else { true } }
    }

    func report(_ event: FetchEvent) {
        seen.withLock { $0.append(event) }
    }

    /// Puts made-up bytes into the served folder.
    func serve(_ name: String = "numbers.gz", count: Int = 100_000, seed: UInt64 = 1) throws -> RemoteFile {
        // Bytes that do not compress and do not repeat.
        let bytes = (1...UInt64(count)).map {
            UInt8(truncatingIfNeeded: (($0 &+ seed) &* 0x9E37_79B9_7F4A_7C15) >> 53 &* $0)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: served.file(name)))
        return RemoteFile(name, size: count, sha256: SHA256Digest.hexadecimal(of: bytes))
    }

    /// Leaves a `.part` file with the first bytes of what is served, each changed by `flip`.
    func leavePart(of file: RemoteFile, count: Int, flip: UInt8 = 0) throws {
        let bytes = try contents(served.file(file.name)).prefix(count).map { $0 ^ flip }
        try Data(bytes).write(to: URL(fileURLWithPath: destination.file(file.name + ".part")))
    }

    func fetch(
        _ files: [RemoteFile], from kinds: [String], interruption: Interruption = .never,
        report: ((FetchEvent) -> Void)? = nil
    ) throws(DownloadError) {
        let dataset = DownloadableDataset(
            name: "numbers", addresses: kinds.map { .url(server.url($0)) }, contents: .files(files))
        try DatasetFetch(
            dataset, to: destination.path, retries: RetryPolicy(pauses: [.zero, .zero]), interruption: interruption,
            report: report ?? self.report
        ).run()
    }

    func fetched(_ name: String = "numbers.gz") throws -> [UInt8] { try contents(destination.file(name)) }

    func original(_ name: String = "numbers.gz") throws -> [UInt8] { try contents(served.file(name)) }

    /// The files in the destination, sorted.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: destination.path).sorted() }

    private func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}
