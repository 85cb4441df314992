/// Finds a data set's files in its folder, as they are or gzip'd.
struct FolderFile {
    let folder: String

    /// The name of the file that is there: `name`, or `name` with `.gz`; nil where neither is.
    func find(_ name: String) -> String? {
        [name, name + ".gz"].first { FileBytes.isReadable(path(of: $0)) }
    }

    /// - Throws: where neither is there.
    func locate(_ name: String) throws(DatasetError) -> String {
        guard let found = find(name) else {
            throw DatasetError(.missingFile, in: folder, "has neither \(name) nor \(name).gz")
        }
        return found
    }

    func path(of name: String) -> String { "\(folder)/\(name)" }
}
