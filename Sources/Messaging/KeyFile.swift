internal import CPosix
internal import Glibc

/// A key on disk: one line of comment, then `public-key TEXT NAME` and, in a private file, `secret-key TEXT`.
package struct KeyFile: Sendable {
    package let path: String
    /// Bytes; a key file has some two hundred.
    private static let largest = 1 << 16

    package init(_ path: String) {
        self.path = path
    }

    /// Writes both halves of `pair`, readable for the owner alone (0600), durably.
    ///
    /// - Throws: ``KeyFileError`` where the file is there and is not to be replaced, or the disk fails.
    package func write(_ pair: CURVEKeyPair, name: String, replacing: Bool = false) throws(KeyFileError) {
        let text = """
            # Secret key of \(name). Keep it on that machine; what others need is the public key.
            public-key \(pair.publicKey) \(name)
            secret-key \(pair.secretKey)

            """
        try write(text, mode: 0o600, replacing: replacing)
    }

    /// Writes the public half, which everybody may know.
    ///
    /// - Throws: ``KeyFileError``, as above.
    package func write(_ key: CURVEPublicKey, name: String, replacing: Bool = false) throws(KeyFileError) {
        try write("# Public key of \(name).\npublic-key \(key) \(name)\n", mode: 0o644, replacing: replacing)
    }

    private func write(_ text: String, mode: Int32, replacing: Bool) throws(KeyFileError) {
        let file = winnow_create_file(path, mode, replacing ? 1 : 0)
        guard file >= 0 else { throw KeyFileError(path, errno == EEXIST ? .exists : .system(errno)) }
        defer { close(file) }
        // A file that is replaced keeps its old rights otherwise.
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
    /// - Throws: ``KeyFileError`` where it is missing, others may read it, it is a public one, or holds no key pair.
    package func readPair() throws(KeyFileError) -> CURVEKeyPair {
        let (text, openMode) = try Self.read(path, atMost: Self.largest)
        let keys = fields(of: text)
        guard let secret = keys["secret-key"] else {
            throw KeyFileError(path, keys["public-key"] == nil ? .noKey : .isPublic)
        }
        if let openMode {
            throw KeyFileError(path, .tooOpen(mode: openMode))
        }
        guard let pair = CURVEKeyPair(publicKey: keys["public-key"] ?? "", secretKey: secret) else {
            throw KeyFileError(path, .badKey)
        }
        return pair
    }

    /// Reads the public key of a public file, or of a private one.
    ///
    /// - Throws: ``KeyFileError`` where it is missing or holds no public key.
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

    /// The whole of a small text file, and its mode where others may read it.
    static func read(_ path: String, atMost limit: Int) throws(KeyFileError) -> (text: String, openMode: UInt32?) {
        let file = winnow_open_file(path)
        guard file >= 0 else { throw KeyFileError(path, errno == ENOENT ? .missing : .system(errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw KeyFileError(path, .system(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw KeyFileError(path, .noFile) }
        // As ssh does: one's own file must be closed to the group, too; what a service manager or Kubernetes mounts is
        // somebody else's, and readable for a group made for it.
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
