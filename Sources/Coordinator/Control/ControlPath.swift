import CPosix
import Glibc
import Messaging
package import StudyStore

/// The socket `control` in a study's folder, reached by a path that is always short enough.
///
/// The path of a Unix socket has at most 107 bytes (unix(7)), a study's folder may be deeper. So the folder is opened,
/// and the socket is named from there: `/proc/self/fd/7/control` (proc(5)).
final class ControlPath {
    let folder: StudyFolder
    private let descriptor: Int32

    /// - Throws: ``ControlError/system(_:folder:code:)`` where the folder cannot be opened.
    init(_ folder: StudyFolder) throws(ControlError) {
        self.folder = folder
        descriptor = open(folder.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder: folder.path, code: errno) }
    }

    var path: String { "/proc/self/fd/\(descriptor)/\(StudyFolder.controlName)" }

    var endpoint: Endpoint {
        get throws(ControlError) {
            do {
                return try Endpoint("ipc://\(path)")
            } catch {
                throw .system("name the socket in", folder: folder.path, code: ENAMETOOLONG)
            }
        }
    }

    /// 0 where somebody listens, otherwise the `errno` that says why not.
    var probe: Int32 { winnow_probe_unix_socket(path) }

    deinit {
        close(descriptor)
    }
}

extension StudyFolder {
    /// The name of the socket at which a study's coordinator can be asked and told.
    package static let controlName = "control"
}
