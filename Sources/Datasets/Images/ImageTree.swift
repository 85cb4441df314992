/// The files of an image folder, with the class that each one's folder is.
struct ImageTree {
    struct File {
        /// Within the whole folder.
        let path: String
        let label: Int32
    }

    /// The names of the classes' folders, in the order of their bytes.
    let classes: [String]
    /// Part by part, in each class by class, in each by name.
    private(set) var files: [File] = []
    private(set) var own = OwnParts()

    /// - Throws: where there are no classes, or only one; where a class has no images; where something lies in a class's
    ///   folder that is none, or an image outside of all of them; where a part has a class that `train` does not have.
    init(_ folder: String) throws(DatasetError) {
        let parts = try Self.parts(of: folder)
        let training = parts.first.map { "\($0)/" } ?? ""
        classes = try Self.folders(in: folder, training)
        guard classes.count > 1 else {
            let found = classes.isEmpty ? "no folder" : "only the folder \(classes[0])"
            throw DatasetError(
                classes.isEmpty ? .emptyFile : .oneClass, in: "\(folder)/\(training)",
                "has \(found); each class has a folder of its own")
        }
        try append(classes, of: folder, training)
        for part in parts.dropFirst() {
            let start = files.count
            let names = try Self.folders(in: folder, "\(part)/")
            try append(names, of: folder, "\(part)/")
            switch part {
            case "test": own.test = start..<files.count
            default: own.validation = start..<files.count
            }
        }
    }

    /// `train` and the other parts that are there; none where the folder holds classes.
    private static func parts(of folder: String) throws(DatasetError) -> [String] {
        let names = try folders(in: folder, "")
        let known = ["train", "validation", "test"].filter(names.contains)
        return known.count == names.count && known.first == "train" ? known : []
    }

    private mutating func append(_ names: [String], of folder: String, _ part: String) throws(DatasetError) {
        for name in names {
            guard let label = classes.firstIndex(of: name) else {
                throw DatasetError(
                    .unknownClass, in: "\(folder)/\(part)\(name)", "is a class that train does not have")
            }
            let inside = try FileBytes.names(in: "\(folder)/\(part)\(name)")
            guard !inside.isEmpty else {
                throw DatasetError(.emptyFile, in: "\(folder)/\(part)\(name)", "holds no image")
            }
            for file in inside {
                let path = "\(part)\(name)/\(file)"
                guard Self.isImage(file) else {
                    throw DatasetError(
                        .wrongFormat, in: "\(folder)/\(path)",
                        "is no image by its name (.png, .jpg, .jpeg); a class's folder holds nothing else")
                }
                files.append(File(path: path, label: Int32(label)))
            }
        }
    }

    /// The folders in `part`. Other files beside them, a README say, are let be, as long as they are no images, which
    /// would be missed.
    private static func folders(in folder: String, _ part: String) throws(DatasetError) -> [String] {
        var folders: [String] = []
        for name in try FileBytes.names(in: "\(folder)/\(part)") {
            let path = "\(folder)/\(part)\(name)"
            if FileBytes.isFolder(path) {
                folders.append(name)
            } else if isImage(name) {
                throw DatasetError(.wrongFormat, in: path, "is an image that lies in no class's folder")
            }
        }
        return folders
    }

    private static func isImage(_ name: String) -> Bool {
        [".png", ".jpg", ".jpeg"].contains { name.lowercased().hasSuffix($0) }
    }
}
