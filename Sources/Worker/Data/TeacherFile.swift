import Hashing

/// How a checkpoint that is to label the unlabelled samples travels with the data: under a name made of what the
/// experiment file calls it, as that may be any path, and of its bytes, as another study may call another one so.
package enum TeacherFile {
    private static let folder = "teachers"

    /// - Parameters:
    ///   - path: as the experiment file has it.
    ///   - digest: the SHA-256 of the file's bytes.
    package static func name(of path: String, digest: String) -> String { "\(prefix(of: path))\(digest).h5" }

    /// What all names of the teachers at this path begin with.
    static func prefix(of path: String) -> String {
        "\(folder)/\(SHA256Digest.hexadecimal(of: Array(path.utf8)).prefix(16))-"
    }

    static func isTeacher(_ name: String) -> Bool { name.hasPrefix("\(folder)/") }
}
