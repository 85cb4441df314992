/// A file in the study's folder by which a worker finds out that it sees the same folder: who reads the nonce there, does.
///
/// It goes with the coordinator that made it; what a killed one left is removed with the study's next lock.
package final class SharedNonce {
    /// The file's name within the study's folder.
    package let name: String
    /// What it holds: 32 hexadecimal digits.
    package let nonce: String
    private let path: String

    /// - Throws: ``StudyStoreError`` with the `errno`.
    package init(in folder: StudyFolder, generation: Int) throws(StudyStoreError) {
        name = "\(StudyFolder.noncePrefix)\(generation)"
        nonce = (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        path = "\(folder.path)/\(name)"
        try AtomicFile.write(nonce, to: path)
    }

    deinit {
        try? Folder.remove(path)
    }
}
