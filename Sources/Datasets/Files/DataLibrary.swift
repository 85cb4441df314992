#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The folders in which the files of the built-in data sets are looked for.
package struct DataLibrary: Sendable {
    /// In order of preference.
    package let folders: [String]

    package init(folders: [String]) {
        self.folders = folders
    }

    /// `$WINNOW_DATA`; `Examples/data` in the working folder and in the folders above the program; the installed
    /// program's `share/winnow/data`.
    package static let standard = DataLibrary(
        environment: getenv("WINNOW_DATA").map { String(cString: $0) }, program: programPath())

    init(environment: String?, program: String?) {
        var folders = [environment, "Examples/data"].compactMap { $0 }
        var ancestor = program ?? ""
        while let slash = ancestor.lastIndex(of: "/") {
            ancestor.removeSubrange(slash...)
            folders.append(ancestor + "/Examples/data")
        }
        if let program, let slash = program.lastIndex(of: "/") {
            folders.append(program[..<slash] + "/../share/winnow/data")
        }
        self.folders = folders
    }

    /// The path of a built-in data set's file.
    /// - Throws: where no folder has it; the error tells which were looked into.
    package func locate(_ file: String) throws(DatasetError) -> String {
        for folder in folders where FileBytes.isReadable("\(folder)/\(file)") {
            return "\(folder)/\(file)"
        }
        throw DatasetError(
            .missingFile, in: file,
            "is in none of \(folders.joined(separator: ", ")); set WINNOW_DATA to the folder that has it")
    }

    private static func programPath() -> String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}
