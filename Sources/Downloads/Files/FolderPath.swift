internal import Files
internal import Glibc

/// The folder that files are fetched into.
struct FolderPath {
    let path: String

    /// Makes the folder and those above it, where they are missing.
    func create() throws(DownloadError) { try Folder.create(path, durably: false) }

    /// Makes the renaming of files in it durable.
    func synchronize() throws(DownloadError) {
        try DownloadError.toleratingNoSynchronization { () throws(DownloadError) in try Folder.synchronize(path) }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
