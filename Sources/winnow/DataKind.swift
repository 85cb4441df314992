import Datasets
import Foundation

/// What lies at a path, as its contents tell.
enum DataKind {
    case csv, hdf5, idx, cifar, images

    /// - Throws: where nothing is there, or a folder has nothing that is known.
    static func recognize(_ path: String) throws -> DataKind {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(
                .missingInput,
                "\(path): there is no such file or folder, and no built-in data set of that name (winnow data list)")
        }
        return isFolder.boolValue ? try folder(path) : try file(path)
    }

    private static func folder(_ path: String) throws -> DataKind {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw Failure(.badInput, "\(path): cannot be read: \(error.localizedDescription)")
        }
        let plain = Set(names.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 })
        if IDXFiles.areThere(among: names) { return .idx }
        if plain.contains(where: { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }) { return .cifar }
        let hasFolders = names.contains { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }
        guard hasFolders else {
            throw Failure(
                .badInput,
                "\(path): holds neither train-images-idx3-ubyte (IDX), nor data_batch_1.bin (CIFAR-10), nor a folder of "
                    + "images for each class")
        }
        return .images
    }

    /// An HDF5 file begins with its signature; all else is text, plain or gzip'd.
    ///
    /// Source: HDF5 File Format Specification 3.0, II.A.
    private static func file(_ path: String) throws -> DataKind {
        var status = stat()
        // What can be read once only, a pipe, cannot be looked at first.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(
                .badInput,
                "\(path): is neither a file nor a folder; data are read more than once, so write them into a file")
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badInput, "\(path): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { try? file.close() }
        let start = try file.read(upToCount: 8) ?? Data()
        return start.elementsEqual([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) ? .hdf5 : .csv
    }
}
