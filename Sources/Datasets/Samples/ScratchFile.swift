#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file without a name, which is written once and then mapped; its room is given back with the last use of it.
final class ScratchFile {
    private let folder: String
    private let descriptor: Int32
    private var size = 0

    /// - Throws: where no file can be made in the folder.
    init(in folder: String) throws(DatasetError) {
        self.folder = folder
        var template = Array("\(folder)/winnow-samples-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure(folder, size: 0) }
        unlink(template)
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            #else
                let count = Darwin.write(descriptor, piece.baseAddress, piece.count)
            #endif
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Self.failure(folder, size: size)
            }
            size += count
            rest = rest.dropFirst(count)
        }
    }

    /// What was written, to be read.
    func map() throws(DatasetError) -> MappedFile {
        guard let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            throw Self.failure(folder, size: size)
        }
        return MappedFile(base: UnsafeRawPointer(base), size: size)
    }

    private static func failure(_ folder: String, size: Int) -> DatasetError {
        let code = errno
        return DatasetError(
            .unwritableFile(code), in: folder,
            "the samples are too many for memory, and after \(size >> 20) MB cannot be kept in a file here: "
                + "\(String(cString: strerror(code))); name another folder in TMPDIR, or allow more memory in "
                + "WINNOW_DATA_MEMORY_MB")
    }
}

/// A file's contents as memory.
final class MappedFile: @unchecked Sendable {
    let base: UnsafeRawPointer
    private let size: Int

    fileprivate init(base: UnsafeRawPointer, size: Int) {
        self.base = base
        self.size = size
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: base), size) }
}
