import Dispatch
import Hashing
import StudyStore
import Synchronization
package import Wire

/// The files of a study's data, which workers that lack them fetch: exactly those that were listed, and nothing else.
///
/// Their digests are reckoned on a queue of its own when the first worker asks.
package final class DataFiles: Sendable {
    /// A file on this machine, and its name within the data set.
    package struct File: Hashable, Sendable {
        package var path: String
        package var name: String

        package init(path: String, name: String) {
            self.path = path
            self.name = name
        }
    }

    fileprivate struct State {
        var isListing = false
        var list: [CoordinatorMessage.DataFiles.File]?
    }

    /// Keeps a message far below what a header may have.
    private static let filesPerMessage = 2_000

    private let digest: String
    private let paths: [String: String]
    private let names: [String]
    private let state = Mutex(State())
    private let listed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - digest: the data set's.
    ///   - files: what reading it takes, and what else its trials read.
    package init(digest: String, files: [File]) {
        self.digest = digest
        paths = Dictionary(files.map { ($0.name, $0.path) }) { first, _ in first }
        names = files.map(\.name)
    }

    /// A part of the list; nil while it is being made. It is empty where a file cannot be read any more.
    package func list(_ data: String, from offset: Int) -> CoordinatorMessage.DataFiles? {
        guard data == digest else { return .init(data: data, files: []) }
        if state.withLock({ $0.begin() }) {
            DispatchQueue(label: "winnow.data-digests").async { [self] in makeList() }
            // Usual data are listed within this time; for larger ones the worker asks again.
            _ = listed.wait(timeout: .now() + .milliseconds(100))
        }
        return state.withLock { state in
            state.list.map { list in
                let part = list.dropFirst(max(offset, 0)).prefix(Self.filesPerMessage)
                return .init(data: digest, offset: offset, files: Array(part))
            }
        }
    }

    private func makeList() {
        var seen: Set<String> = []
        let list = names.filter { seen.insert($0).inserted }.map { name in
            Self.describe(paths[name] ?? "", as: name)
        }
        state.withLock { $0.list = list.contains(nil) ? [] : list.compactMap { $0 } }
        listed.signal()
    }

    private static func describe(_ path: String, as name: String) -> CoordinatorMessage.DataFiles.File? {
        let digest = SHA256Digest()
        var size = 0
        while true {
            guard let bytes = try? StoredBytes.read(path, from: size, count: 4 << 20) else { return nil }
            guard !bytes.isEmpty else { break }
            digest.update(bytes)
            size += bytes.count
        }
        return .init(path: name, size: size, sha256: digest.finish())
    }

    /// A piece of a listed file; nil where there is none.
    package func read(_ chunk: CoordinatorMessage.DataChunk) -> [UInt8]? {
        guard chunk.data == digest, chunk.offset >= 0, let path = paths[chunk.path] else { return nil }
        return try? StoredBytes.read(path, from: chunk.offset, count: Chunk.size)
    }
}

extension DataFiles.State {
    /// - Returns: whether the list is to be made now.
    fileprivate mutating func begin() -> Bool {
        defer { isListing = true }
        return !isListing
    }
}
