package import Datasets
import Experiments
import Files
import Glibc
import Hashing
import StudyStore

/// The files that a program consists of.
package enum ProgramFiles {
    /// All files, those of folders with them: what is hidden, and what Python has compiled, is left out.
    ///
    /// - Parameters:
    ///   - paths: as the experiment file has them.
    ///   - folder: where they start from.
    /// - Throws: ``WorkerError`` where one is missing or cannot travel.
    package static func list(_ paths: [String], in folder: String) throws(WorkerError) -> [SourceFile] {
        var names: Set<String> = []
        for path in paths {
            let place = "\(folder)/\(path)"
            var status = stat()
            guard stat(place, &status) == 0 else { throw .programFile(path, String(cString: strerror(errno))) }
            switch status.st_mode & S_IFMT {
            case S_IFREG: names.insert(path)
            case S_IFDIR: names.formUnion(files(below: path, in: folder))
            default: throw .programFile(path, "is neither a file nor a folder")
            }
        }
        for name in names where !DataPath.isPlain(name) {
            throw .programFile(name, "its name begins with a dot, or is too long")
        }
        return names.sorted().map { SourceFile(path: "\(folder)/\($0)", name: $0) }
    }

    private static func files(below path: String, in folder: String) -> [String] {
        var found: [String] = []
        for name in (try? Folder.names(in: "\(folder)/\(path)")) ?? [] {
            guard !name.hasPrefix("."), name != "__pycache__", !name.hasSuffix(".pyc") else { continue }
            let inner = "\(path)/\(name)"
            if Folder.isFolder("\(folder)/\(inner)") {
                found += files(below: inner, in: folder)
            } else if Folder.size(ofFile: "\(folder)/\(inner)") != nil {
                found.append(inner)
            }
        }
        return found
    }

    /// What makes two sets of files the same: their names and bytes.
    ///
    /// - Throws: ``WorkerError`` where one cannot be read.
    package static func digest(_ files: [SourceFile]) throws(WorkerError) -> String {
        let digest = FileListDigest()
        for file in files {
            do {
                digest.add(file.name, SHA256Digest.hexadecimal(of: try StoredBytes.read(file.path)))
            } catch {
                throw .programFile(file.name, "\(error)")
            }
        }
        return digest.finish()
    }
}

extension DataCache {
    /// Whether a program's files are on this machine.
    ///
    /// - Throws: ``DataStoreError`` where the store cannot be used.
    func findProgram(_ program: ProgramDescription, digest: String) throws(DataStoreError) -> DataPresence {
        guard let store, !program.files.isEmpty, !hasProgram(program, digest: digest), !store.isWhole(digest)
        else { return .here }
        return try store.lock(digest) ? .missing : .busy
    }

    /// Copies a program's files into an attempt's working folder.
    ///
    /// - Throws: ``WorkerError`` where they are not those that the study began with; ``SpoolError``.
    func copyProgram(_ program: ProgramDescription, digest: String, into folder: ProgramFolder) throws {
        guard !program.files.isEmpty else { return }
        let fetched = store.flatMap { $0.isWhole(digest) ? $0.folder(of: digest) : nil }
        for source in [self.folder, fetched].compactMap({ $0 }) {
            guard let files = Self.files(of: program, in: source, digest: digest) else { continue }
            return try folder.copy(files.map(\.name), from: source)
        }
        throw WorkerError.otherProgram
    }

    /// Whether the worker's own folder has the program's files.
    func hasProgram(_ program: ProgramDescription, digest: String) -> Bool {
        Self.files(of: program, in: folder, digest: digest) != nil
    }

    private static func files(of program: ProgramDescription, in folder: String, digest: String) -> [SourceFile]? {
        guard let files = try? ProgramFiles.list(program.files, in: folder),
            (try? ProgramFiles.digest(files)) == digest
        else { return nil }
        return files
    }
}
