import CPosix
import Glibc

/// A key on disk: one line of comment, then `public-key TEXT NAME` and, in a private file, `secret-key TEXT`.
package struct KeyFile: Sendable {
    package let path: String
    /// Bytes; a key file has some two hundred.
    private static let largest = 1 << 16

    package init(_ path: String) { self.path = path }

    /// Writes both halves of `pair` durably, readable by the owner alone (0600).
    ///
    /// - Throws: ``KeyFileError`` if the file exists and `replacing` is false, or if the disk fails.
    package func write(_ pair: CURVEKeyPair, name: String, replacing: Bool = false) throws(KeyFileError) {
        let text = """
            # Secret key of \(name). Keep it on that machine; what others need is the public key.
            public-key \(pair.publicKey) \(name)
            secret-key \(pair.secretKey)

            """
        try write(text, mode: 0o600, replacing: replacing)
    }

    /// Writes the public half, readable by everybody (0644).
    ///
    /// - Throws: ``KeyFileError``, as above.
    package func write(_ key: CURVEPublicKey, name: String, replacing: Bool = false) throws(KeyFileError) {
        try write("# Public key of \(name).\npublic-key \(key) \(name)\n", mode: 0o644, replacing: replacing)
    }

    private func write(_ text: String, mode: Int32, replacing: Bool) throws(KeyFileError) {
        let file = winnow_create_file(path, mode, replacing ? 1 : 0)
        guard file >= 0 else { throw KeyFileError(path, errno == EEXIST ? .exists : .system(errno)) }
        defer { close(file) }
        // Otherwise a replaced file would keep its old permissions.
        guard fchmod(file, mode_t(mode)) == 0 else { throw KeyFileError(path, .system(errno)) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw KeyFileError(path, .system(errno)) }
            bytes = bytes.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw KeyFileError(path, .system(errno)) }
    }

    /// Reads a private file.
    ///
    /// - Throws: ``KeyFileError`` if it is missing, is readable by others, is a public file, or holds no key pair.
    package func readPair() throws(KeyFileError) -> CURVEKeyPair {
        let (text, openMode) = try Self.read(path, atMost: Self.largest)
        let keys = fields(of: text)
        guard let secret = keys["secret-key"] else {
            throw KeyFileError(path, keys["public-key"] == nil ? .noKey : .isPublic)
        }
        if let openMode { throw KeyFileError(path, .tooOpen(mode: openMode)) }
        guard let pair = CURVEKeyPair(publicKey: keys["public-key"] ?? "", secretKey: secret) else {
            throw KeyFileError(path, .badKey)
        }
        return pair
    }

    /// Reads the public key of a public file, or of a private one.
    ///
    /// - Throws: ``KeyFileError`` if it is missing or holds no public key.
    package func readPublicKey() throws(KeyFileError) -> CURVEPublicKey {
        let keys = fields(of: try Self.read(path, atMost: Self.largest).text)
        guard let text = keys["public-key"] else { throw KeyFileError(path, .noKey) }
        guard let key = CURVEPublicKey(text) else { throw KeyFileError(path, .badKey) }
        return key
    }

    private func fields(of text: String) -> [String: String] {
        var keys: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count >= 2, words[0] == "public-key" || words[0] == "secret-key" {
                keys[String(words[0])] = String(words[1])
            }
        }
        return keys
    }

    /// The contents of a small text file, and its mode if others may read it.
    static func read(_ path: String, atMost limit: Int) throws(KeyFileError) -> (text: String, openMode: UInt32?) {
        let file = winnow_open_file(path)
        guard file >= 0 else { throw KeyFileError(path, errno == ENOENT ? .missing : .system(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw KeyFileError(path, .system(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw KeyFileError(path, .noFile) }
        // As in ssh, a user's own file must be closed to the group as well. A file that a service manager or Kubernetes
        // mounts has another owner, and is readable by a group made for it.
        let forbidden: mode_t = status.st_uid == geteuid() ? 0o077 : 0o007
        let openMode = status.st_mode & forbidden == 0 ? nil : UInt32(status.st_mode & 0o777)
        guard status.st_size <= limit else { throw KeyFileError(path, .tooLarge(limit: limit)) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + filled, $0.count - filled)
            }
            guard count >= 0 else { throw KeyFileError(path, .system(errno)) }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else { throw KeyFileError(path, .tooLarge(limit: limit)) }
        guard let text = String(validating: bytes[..<filled], as: UTF8.self) else { throw KeyFileError(path, .noKey) }
        return (text, openMode)
    }
}

/// Why a key file, or a list of keys, cannot be used.
package struct KeyFileError: Error, Hashable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case exists
        case missing
        case noFile
        case tooOpen(mode: UInt32)
        case tooLarge(limit: Int)
        case isPublic
        case noKey
        case badKey
        /// A line of a list, from 1.
        case badLine(Int)
        case system(Int32)
    }

    package let path: String
    package let problem: Problem

    package init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        let reason =
            switch problem {
            case .exists: "is there already; --force replaces it"
            case .missing: "there is no such file; winnow keygen makes keys"
            case .noFile: "is not a plain file"
            case .tooOpen(let mode):
                "others may read this secret key (mode 0\(String(mode, radix: 8))); chmod 600 closes it to them"
            case .tooLarge(let limit): "has more than \(limit) bytes, and is no key file"
            case .isPublic: "is a public key file; the private one, NAME.key, is needed here"
            case .noKey: "holds no key; a line must begin with public-key or secret-key"
            case .badKey: "its keys are damaged: each is 40 characters of Z85, and the two must be a pair"
            case .badLine(let line): "line \(line) is no public key of 40 characters; comments begin with #"
            case .system(let code): "\(String(cString: strerror(code))) (\(code))"
            }
        return "\(path): \(reason)"
    }
}

/// The public keys that may connect, from a file like ssh's `authorized_keys`: a key to a line, then an optional name.
///
/// ```
/// # the machines of the lab
/// 9Xg5]... gpu7
/// public-key Yne@$... gpu8
/// ```
/// `cat *.pub` makes such a file. A line whose first word is 40 characters of Z85 is a key, even if it begins with `#`;
/// a key that is commented out has 41.
package struct AuthorizedKeys: Hashable, Sendable {
    /// Names by key; empty if the line has none.
    package let names: [CURVEPublicKey: String]
    /// Bytes of a file: some hundred thousand keys.
    private static let largest = 8 << 20

    /// - Throws: ``KeyFileError`` with the number of a line that is neither a key nor a comment.
    package init(reading path: String) throws(KeyFileError) {
        try self.init(text: KeyFile.read(path, atMost: Self.largest).text, path: path)
    }

    init(text: String, path: String) throws(KeyFileError) {
        var names: [CURVEPublicKey: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "public-key" { words.removeFirst() }
            guard let first = words.first else { continue }
            if let key = CURVEPublicKey(first) {
                names[key] = words.dropFirst().joined(separator: " ")
            } else if !first.hasPrefix("#") {
                throw KeyFileError(path, .badLine(index + 1))
            }
        }
        self.names = names
    }

    package func contains(_ key: CURVEPublicKey) -> Bool { names[key] != nil }
}
