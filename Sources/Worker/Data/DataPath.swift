import Wire

/// What a coordinator may call a data set's file: a message may say anything.
enum DataPath {
    /// Whether a path is relative and of plain names, and so leads nowhere but into the folder that it starts from.
    static func isPlain(_ path: String) -> Bool {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 1024 && !path.utf8.contains(0)
            && names.allSatisfy { (1...200).contains($0.utf8.count) && !$0.hasPrefix(".") }
    }

    /// Whether a text is a SHA-256 in lower-case hexadecimal.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
