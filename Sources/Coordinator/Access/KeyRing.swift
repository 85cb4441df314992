import Glibc
package import Messaging
import Synchronization

/// The keys that are let in, as their file has them now: it is read again when it changes.
///
/// The thread of the ZAP handler asks it in every handshake, the coordinator's for every message.
package final class KeyRing: Sendable {
    /// What a look at the file found.
    enum Change: Hashable {
        case none
        /// How many keys came and went.
        case read(new: Int, revoked: Int)
        /// The keys stay what they were.
        case failed(String)
    }

    private struct Contents {
        var keys: AuthorizedKeys
        var stamp: Stamp?
    }

    /// What tells one version of a file from the next.
    private struct Stamp: Hashable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int
        var number: UInt

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            size = Int(status.st_size)
            number = UInt(status.st_ino)
        }
    }

    private let path: String
    private let contents: Mutex<Contents>

    /// - Throws: ``KeyFileError`` where the file is missing, or a line of it is no key.
    package init(_ path: String) throws(KeyFileError) {
        self.path = path
        // The stamp first: a change in between is then seen at the next look.
        let stamp = Stamp(path)
        let keys = try AuthorizedKeys(reading: path)
        contents = Mutex(Contents(keys: keys, stamp: stamp))
    }

    package func admits(_ key: CURVEPublicKey) -> Bool {
        contents.withLock { $0.keys.contains(key) }
    }

    /// The key's name, or the key itself where it has none.
    func name(of key: CURVEPublicKey) -> String {
        let name = contents.withLock { $0.keys.names[key] } ?? ""
        return name.isEmpty ? "\(key)" : name
    }

    /// Reads the file again where it is not what it was. One that cannot be read revokes nothing; an empty one does.
    func refresh() -> Change {
        let stamp = Stamp(path)
        guard stamp != contents.withLock({ $0.stamp }) else { return .none }
        do {
            let keys = try AuthorizedKeys(reading: path)
            return contents.withLock { contents in
                defer { contents = Contents(keys: keys, stamp: stamp) }
                return .read(
                    new: keys.names.keys.count { !contents.keys.contains($0) },
                    revoked: contents.keys.names.keys.count { !keys.contains($0) })
            }
        } catch {
            // Told once for each state of the file.
            contents.withLock { $0.stamp = stamp }
            return .failed("the list of workers' keys stays as it was: \(error)")
        }
    }
}
