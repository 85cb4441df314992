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
    /// program's `share/winnow/data`; last the folder into which `winnow data fetch` puts things.
    package static let standard = DataLibrary(
        environment: variable("WINNOW_DATA"), program: programPath(), downloads: downloads)

    /// `$XDG_DATA_HOME/winnow`, which is `~/.local/share/winnow` where nothing else is said; nil without a home.
    ///
    /// Source: "XDG Base Directory Specification", version 0.8: a path that is not absolute is to be ignored.
    package static let downloads: String? = {
        if let home = variable("XDG_DATA_HOME"), home.hasPrefix("/") { return home + "/winnow" }
        return variable("HOME").map { $0 + "/.local/share/winnow" }
    }()

    init(environment: String?, program: String?, downloads: String? = nil) {
        var folders = [environment, "Examples/data"].compactMap { $0 }
        var ancestor = program ?? ""
        while let slash = ancestor.lastIndex(of: "/") {
            ancestor.removeSubrange(slash...)
            folders.append(ancestor + "/Examples/data")
        }
        if let program, let slash = program.lastIndex(of: "/") {
            folders.append(program[..<slash] + "/../share/winnow/data")
        }
        if let downloads { folders.append(downloads) }
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

    /// The path of a built-in data set's folder of files.
    /// - Throws: where none of the library's folders has it; the error tells how to come by it.
    package func locate(folder name: String) throws(DatasetError) -> String {
        for folder in folders where FileBytes.isFolder("\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        throw DatasetError(
            .missingFile, in: name,
            "is in none of \(folders.joined(separator: ", ")); run 'winnow data fetch \(name)', or set WINNOW_DATA "
                + "to the folder that has a folder \(name)")
    }

    /// A variable of the environment; nil for one that is empty, too.
    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func programPath() -> String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}
