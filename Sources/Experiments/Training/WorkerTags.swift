/// What a worker has and an experiment may require: `gpu`, `bigmem`.
package enum WorkerTags {
    /// The most characters of a tag.
    static let longest = 64

    /// Letters, digits, `-`, `_` and `.`, so that several can be written with commas between them.
    static func isTag(_ text: some StringProtocol) -> Bool {
        let plain = (UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"))
        return (1...longest).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                plain.0.contains(byte) || plain.1.contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
            }
    }

    /// Reads `gpu,bigmem`, as a command line has it; a tag that stands twice counts once.
    ///
    /// - Returns: nil where a part is no tag.
    package static func read(_ text: String) -> [String]? {
        var tags: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard isTag(part) else { return nil }
            if !tags.contains(String(part)) { tags.append(String(part)) }
        }
        return tags
    }

    /// Reads a key of an experiment file: a list of tags, or one alone; none where the key is missing.
    static func read(_ key: String, of section: Section) throws(ExperimentError) -> [String] {
        var tags: [String] = []
        for value in try section.optional(key)?.elementsOrSingle() ?? [] {
            let tag = try value.string()
            guard isTag(tag) else {
                throw value.error("a tag has 1 to \(longest) letters, digits, - _ or ., but is \(value.node.summary)")
            }
            guard !tags.contains(tag) else { throw value.error("\"\(tag)\" stands twice") }
            tags.append(tag)
        }
        section.note(key, ConfigNode(.list(tags.map { ConfigNode(.string($0)) })))
        return tags
    }
}
