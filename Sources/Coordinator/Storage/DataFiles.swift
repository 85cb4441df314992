import Glibc
import Hashing
package import Schema
import Studies
import StudyStore
import Synchronization

/// The files of a study's data, which workers that lack them fetch: exactly those that were listed, and nothing else.
///
/// Their digests are reckoned when the first worker asks. Used by one thread alone, which may wait for the disk.
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

    /// Keeps a message far below what a header may have.
    private static let filesPerMessage = 2_000

    private let digest: String
    private let paths: [String: String]
    private let names: [String]
    private let listed = Mutex<[CoordinatorMessage.DataFiles.File]?>(nil)

    /// - Parameters:
    ///   - digest: the data set's.
    ///   - files: what reading it takes, and what else its trials read.
    package init(digest: String, files: [File]) {
        self.digest = digest
        paths = Dictionary(files.map { ($0.name, $0.path) }) { first, _ in first }
        names = files.map(\.name)
    }

    /// A part of the list. It is empty where a file cannot be read any more.
    package func list(_ data: String, from offset: Int) -> CoordinatorMessage.DataFiles {
        guard data == digest else { return .init(data: data, files: []) }
        let list = listed.withLock { listed in
            let list = listed ?? makeList()
            listed = list
            return list
        }
        let part = list.dropFirst(max(offset, 0)).prefix(Self.filesPerMessage)
        return .init(data: digest, offset: offset, files: Array(part))
    }

    private func makeList() -> [CoordinatorMessage.DataFiles.File] {
        var seen: Set<String> = []
        let list = names.filter { seen.insert($0).inserted }.map { name in
            Self.describe(paths[name] ?? "", as: name)
        }
        return list.contains(nil) ? [] : list.compactMap { $0 }
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

extension CoordinatorMessage.SharedFolder {
    /// What a welcome tells of a nonce in the study's folder; nil where the folder has no absolute path that a message may
    /// hold: checkpoints then travel over the wire.
    init?(_ study: StudyID, _ folder: StudyFolder, _ nonce: SharedNonce) {
        guard let path = realpath(folder.path, nil) else { return nil }
        defer { free(path) }
        self.init(study: study, path: String(cString: path), name: nonce.name, nonce: nonce.nonce)
        guard self.path.isPrintable else { return nil }
    }
}
