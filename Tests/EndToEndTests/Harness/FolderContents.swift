import Foundation

/// Every file below a folder, with its bytes: what must not change is compared as a whole.
func contents(of folder: String) throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return try Dictionary(
        uniqueKeysWithValues: names.map { name in
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            // A socket can only be connected to.
            let isReadable = !isFolder.boolValue && type != .typeSocket
            return (name, isReadable ? try Data(contentsOf: URL(fileURLWithPath: path)) : Data())
        })
}
