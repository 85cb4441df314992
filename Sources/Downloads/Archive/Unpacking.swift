#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Takes the wanted files out of an archive, and deletes it.
///
/// Nothing that the archive says decides where a byte is written: a member lands in the folder under the base name that
/// the catalogue lists, with the size that it lists, and what is not listed is passed over.
struct Unpacking {
    let archive: String
    let members: [ArchiveMember]
    let folder: FolderPath
    let interruption: Interruption

    /// Whether all members are there and right.
    func isDone() throws(DownloadError) -> Bool {
        for member in members {
            do {
                let reader = try FileReader(folder.file(member.name))
                guard member.sizes.contains(reader.size) else { return false }
                if let sum = member.sha256, try reader.sha256(interruption: interruption) != sum { return false }
            } catch {
                guard error.code == .missingFile else { throw error }
                return false
            }
        }
        return true
    }

    /// - Throws: ``DownloadError`` with `.refusedArchive` where a path leads out of the archive, or a member is no
    ///   regular file, has another size, stands twice or is missing; `.damagedArchive`. No file is then left behind.
    func run() throws(DownloadError) {
        var files: [String: PartialFile] = [:]
        do throws(DownloadError) {
            let reader = try ArchiveReader(archive)
            while let entry = try reader.next() {
                guard let member = try member(for: entry) else { continue }
                guard files[member.name] == nil else { throw refusal("\(entry.path) stands in it twice") }
                let file = try PartialFile(for: folder.file(member.name))
                files[member.name] = file
                try write(reader, to: file)
                guard file.size == entry.size else {
                    throw refusal("\(entry.path) has \(file.size) bytes, not the \(entry.size) that it announces")
                }
            }
            let missing = members.filter { files[$0.name] == nil }
            guard missing.isEmpty else {
                throw refusal("it has no \(missing.map(\.name).joined(separator: ", "))")
            }
            for file in files.values {
                try file.publish()
            }
        } catch {
            files.values.forEach { $0.discard() }
            throw error
        }
        try folder.synchronize()
        guard unlink(archive) == 0 else { throw .system("cannot be deleted", archive) }
    }

    private func member(for entry: ArchiveReader.Entry) throws(DownloadError) -> ArchiveMember? {
        let parts = entry.path.split(separator: "/")
        guard !entry.path.hasPrefix("/"), !parts.contains(".."), let base = parts.last else {
            throw refusal("the path \"\(entry.path)\" leads out of it")
        }
        guard let member = members.first(where: { $0.name == base }) else { return nil }
        guard entry.isRegular else { throw refusal("\(entry.path) is no regular file") }
        guard member.sizes.contains(entry.size) else {
            let wanted =
                member.sizes.count == 1
                ? "\(member.sizes.lowerBound)" : "\(member.sizes.lowerBound) to \(member.sizes.upperBound)"
            throw refusal("\(entry.path) has \(entry.size) bytes, not \(wanted)")
        }
        return member
    }

    private func write(_ reader: ArchiveReader, to file: PartialFile) throws(DownloadError) {
        // What an unpacking that was killed has left.
        try file.clear()
        try reader.forEachPiece(interruption: interruption) { (bytes) throws(DownloadError) in
            try file.append(bytes)
        }
    }

    private func refusal(_ reason: String) -> DownloadError {
        DownloadError(.refusedArchive, at: archive, "the archive is refused: \(reason)")
    }
}
