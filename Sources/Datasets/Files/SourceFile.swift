/// A file that reading a data set takes.
package struct SourceFile: Hashable, Sendable {
    /// Where it lies.
    package let path: String
    /// Its name within the data set: relative, of plain names.
    package let name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// A file that is a data set by itself goes by its own name, without dots at its beginning.
    static func name(of path: String) -> String {
        let name = path.split(separator: "/").last.map { $0.drop { $0 == "." } } ?? ""
        return name.isEmpty ? "data" : String(name)
    }
}
