/// A file in the study's folder by which a worker finds out that it sees the same folder: who reads the nonce there, does.
///
/// It goes with the coordinator that made it; what a killed one left is removed with the study's next lock.
package final class SharedNonce {
    /// The file's name within the study's folder.
    package let name: String
    /// What it holds: 32 hexadecimal digits.
    package let nonce: String
    private let folder: StudyFolder
    private var path: String { "\(folder.root)/\(name)" }

    /// - Throws: ``StudyStoreError`` with the `errno`.
    package init(in folder: StudyFolder, generation: Int) throws(StudyStoreError) {
        name = "\(StudyFolder.noncePrefix)\(generation)"
        nonce = (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        self.folder = folder
        try AtomicFile.write(nonce, to: path)
    }

    deinit {
        // In a folder that is another study's by now the file of this name is that study's.
        guard (try? folder.check()) != nil else { return }
        try? Folder.remove(path)
    }
}
