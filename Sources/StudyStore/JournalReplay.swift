internal import Experiments
internal import Glibc

/// A journal as it was found on disk.
struct JournalReplay {
    /// The newest segment.
    struct Last {
        var number: Int
        var path: String
        /// Where its last whole record ends.
        var end: Int
        /// Bytes after it.
        var tornBytes: Int
    }

    private(set) var records: [JournalRecord] = []
    private(set) var last: Last?

    init(_ folder: String) throws(StudyStoreError) {
        let names = (try Folder.names(in: folder) ?? []).filter { $0.hasSuffix(".wnj") }
        for (index, name) in names.enumerated() {
            let path = "\(folder)/\(name)"
            guard name == JournalSegment.name(index + 1) else {
                throw StudyStoreError(
                    .damaged(offset: 0, reason: "the segment before it is missing: \(JournalSegment.name(index + 1))"),
                    path: path)
            }
            try read(path, number: index + 1, isLast: index == names.count - 1)
        }
    }

    private mutating func read(_ path: String, number: Int, isLast: Bool) throws(StudyStoreError) {
        let bytes = try Descriptor(opening: path, O_RDONLY).readAll()
        let contents = try JournalSegment.contents(of: bytes, path: path)
        guard contents.end == bytes.count || (isLast && !contents.goesOn) else {
            let reason = contents.goesOn ? "no record, but records follow" : "no record, but later segments follow"
            throw StudyStoreError(.damaged(offset: contents.end, reason: reason), path: path)
        }
        records.reserveCapacity(records.count + contents.payloads.count)
        for payload in contents.payloads {
            do {
                records.append(try PortableJSON.decode(JournalRecord.self, from: Array(bytes[payload])))
            } catch {
                let offset = payload.lowerBound - JournalSegment.recordHeaderSize
                throw StudyStoreError(
                    .damaged(offset: offset, reason: "a whole record that this program cannot read: \(error)"),
                    path: path)
            }
        }
        last = Last(number: number, path: path, end: contents.end, tornBytes: bytes.count - contents.end)
    }
}
