import Foundation
import Glibc

/// A file as a test sees and spoils it, by other means than those under test.
struct DiskFile {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    var bytes: [UInt8] {
        get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
    }

    func replace(with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    var modified: Date? {
        get throws { try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date }
    }

    /// For each descriptor that this process has of the file: whether a started process goes without it.
    var isClosedOnExec: [Bool] {
        get throws {
            let own = "/proc/self/fd"
            return try FileManager.default.contentsOfDirectory(atPath: own).compactMap { name in
                guard (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(own)/\(name)")) == path else {
                    return nil
                }
                return Int32(name).map { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 }
            }
        }
    }

    static func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: path)
    }

    /// All files below a folder, by relative path.
    static func all(in folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            if !isFolder.boolValue { files[name] = try DiskFile("\(folder)/\(name)").bytes }
        }
        return files
    }
}
