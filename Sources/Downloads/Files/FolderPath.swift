#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The folder that files are fetched into.
struct FolderPath {
    let path: String

    /// Makes the folder and those above it, where they are missing.
    func create() throws(DownloadError) {
        var position = path.startIndex
        while position < path.endIndex {
            position = path[path.index(after: position)...].firstIndex(of: "/") ?? path.endIndex
            let folder = String(path[..<position])
            if mkdir(folder, 0o777) == 0 || errno == EEXIST { continue }
            // What exists may lie in a folder that nobody may write to.
            let refusal = errno
            var status = stat()
            guard stat(folder, &status) != 0 else { continue }
            errno = refusal
            throw .system("the folder cannot be made", folder)
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("the folder cannot be made", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            errno = ENOTDIR
            throw .system("the folder cannot be made", path)
        }
    }

    /// Makes the renaming of files in it durable.
    func synchronize() throws(DownloadError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot be opened", path) }
        defer { close(descriptor) }
        // Some network file systems know no such thing.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system("cannot be written", path) }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
