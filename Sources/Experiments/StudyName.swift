/// The name of an experiment, which is also that of its study's folder.
enum StudyName {
    /// The most bytes of UTF-8: what a file system takes, less what a temporary file's name adds.
    static let longest = 200

    /// - Throws: ``ExperimentError`` where the name cannot be that of one folder, or would break the lines that show it.
    static func read(_ key: String, of root: Section) throws(ExperimentError) -> String? {
        guard let name = try root.optionalString(key) else { return nil }
        if let reason = mistake(in: name) {
            throw root.error(at: key, "\(reason): it is also the name of the study's folder, studies/NAME")
        }
        return name
    }

    private static func mistake(in name: String) -> String? {
        if name.hasPrefix(".") { return "a name must not begin with a dot" }
        if name.contains("/") { return "a name must not have a slash" }
        if name.utf8.count > longest { return "a name has at most \(longest) bytes" }
        if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
            return "a name must not begin or end with a space"
        }
        let breaks = name.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        return breaks ? "a name must not have a tab, a line break or another control character" : nil
    }
}
