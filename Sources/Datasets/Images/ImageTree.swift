/// The files of an image folder, each with the class of its folder.
struct ImageTree {
    struct File {
        /// Relative to the whole folder.
        let path: String
        let label: Int32
    }

    /// The names of the classes' folders, in the order of their bytes.
    private(set) var classes: [String] = []
    /// Part by part, in each class by class, in each by name.
    private(set) var files: [File] = []
    private(set) var own = OwnParts()
    /// Files among the images that are not images.
    private var others: [String] = []
    /// Folders that share a class with another one.
    private var doubles: [String] = []
    private let folder: String

    /// - Throws: if there are no classes, or only one; if a class has no images; if a class's folder has an image
    ///   format that is not read; if an image lies outside of all classes' folders; if a part has a class that
    ///   `train` does not have; if two files' names differ only in their Unicode normalisation.
    init(_ folder: String) throws(DatasetError) {
        self.folder = folder
        let parts = try SplitFolders(folder, folders(in: ""))
        let training = parts.training.map { "\($0)/" } ?? ""
        let names = try folders(in: training)
        for name in names where !classes.contains(name) { classes.append(name) }
        guard classes.count > 1 else {
            let found = classes.isEmpty ? "no folder" : "only the folder \(classes[0])"
            throw DatasetError(
                classes.isEmpty ? .emptyFile : .oneClass, in: "\(folder)/\(training)",
                "has \(found); each class has a folder of its own")
        }
        try append(names, part: training)
        for (part, range) in [(parts.validation, \OwnParts.validation), (parts.test, \.test)] {
            guard let part else { continue }
            let start = files.count
            try append(folders(in: "\(part)/"), part: "\(part)/")
            own[keyPath: range] = start..<files.count
        }
        try checkNames()
    }

    /// Skipped files and merged folders, one line each.
    var warnings: [String] {
        var lines: [String] = []
        if !others.isEmpty {
            let shown = others.prefix(3).joined(separator: ", ") + (others.count > 3 ? ", ..." : "")
            lines.append(
                "\(folder): \(others.count) "
                    + "\(others.count == 1 ? "file that is no image is" : "files that are no images are") "
                    + "left out: \(shown)")
        }
        for name in doubles {
            lines.append(
                "\(folder)/\(name): has the name of another folder in another Unicode normalisation; both are one class"
            )
        }
        return lines
    }

    // MARK: Classes

    private mutating func append(_ names: [String], part: String) throws(DatasetError) {
        var seen: Set<String> = []
        for name in names {
            // Swift's equality of texts is Unicode's canonical equivalence, as a disk's is not.
            guard let label = classes.firstIndex(of: name) else {
                throw DatasetError(.unknownClass, in: "\(folder)/\(part)\(name)", "is a class that train does not have")
            }
            if !seen.insert(name).inserted { doubles.append("\(part)\(name)") }
            let before = files.count
            try append(class: Int32(label), of: "\(part)\(name)")
            guard files.count > before else {
                throw DatasetError(.emptyFile, in: "\(folder)/\(part)\(name)", "holds no image")
            }
        }
    }

    private mutating func append(class label: Int32, of inner: String) throws(DatasetError) {
        for name in try FileBytes.allNames(in: "\(folder)/\(inner)") {
            let path = "\(inner)/\(name)"
            let isHidden = name.hasPrefix(".")
            if FileBytes.isFolder("\(folder)/\(path)") {
                if isHidden || FolderJunk.names.contains(name) {
                    others.append(path)
                } else {
                    try append(class: label, of: path)
                }
            } else if ImageFormat.isRead(name), !isHidden {
                files.append(File(path: path, label: label))
            } else if let format = ImageFormat.unread(name), !isHidden {
                throw DatasetError(
                    .wrongFormat, in: "\(folder)/\(path)",
                    "is \(format) by its name, which is not read: convert it to PNG, JPEG, WebP or BMP, or take it out")
            } else {
                others.append(path)
            }
        }
    }

    /// The folders in `part`. Other files beside them, such as a README, are ignored, except images, which would be
    /// missed.
    private func folders(in part: String) throws(DatasetError) -> [String] {
        var folders: [String] = []
        for name in try FileBytes.names(in: "\(folder)/\(part)") where !FolderJunk.names.contains(name) {
            let path = "\(folder)/\(part)\(name)"
            if FileBytes.isFolder(path) {
                folders.append(name)
            } else if ImageFormat.isRead(name) {
                throw DatasetError(.wrongFormat, in: path, "is an image that lies in no class's folder")
            }
        }
        return folders
    }

    /// A worker's disk may hold only one of two such names, and a data set's file list has each name once.
    private func checkNames() throws(DatasetError) {
        var seen: Set<String> = []
        for file in files where !seen.insert(file.path).inserted {
            throw DatasetError(
                .sameName, in: "\(folder)/\(file.path)",
                "has the name of another file in another Unicode normalisation: rename one of them")
        }
    }
}

/// The folders of an image folder that are splits.
private struct SplitFolders {
    private(set) var training: String?
    private(set) var validation: String?
    private(set) var test: String?

    private static let words = [
        ("train", ["train", "training"]), ("validation", ["validation", "val", "valid", "validate", "dev"]),
        ("test", ["test", "testing"]),
    ]

    /// - Parameter names: all folders; they are splits if one of them is the training split and all of them are splits.
    /// - Throws: if two are the same split, or if another folder lies beside splits.
    init(_ folder: String, _ names: [String]) throws(DatasetError) {
        var found: [String: [String]] = [:]
        for name in names {
            let split = Self.words.first { $0.1.contains(name.lowercased()) }?.0
            found[split ?? "", default: []].append(name)
        }
        guard let training = found["train"], names.count == 1 || found["validation"] != nil || found["test"] != nil
        else {
            return
        }
        if let other = found[""]?.first {
            throw DatasetError(
                .wrongFormat, in: "\(folder)/\(other)",
                "lies beside the split \(training[0]) and is none (train; validation, val, valid or dev; test): "
                    + "take it out"
            )
        }
        for (split, _) in Self.words {
            guard let names = found[split], names.count > 1 else { continue }
            throw DatasetError(
                .sameName, in: folder,
                "has \(names.joined(separator: " and ")), which are both the \(split) split: keep one")
        }
        self.training = training[0]
        validation = found["validation"]?[0]
        test = found["test"]?[0]
    }
}

/// Folders that programs leave behind.
enum FolderJunk {
    /// From macOS's archives, and from Synology's index.
    static let names: Set<String> = ["__MACOSX", "@eaDir"]
}

/// The image format that a file's name tells.
enum ImageFormat {
    static func isRead(_ name: String) -> Bool {
        [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp"].contains { name.lowercased().hasSuffix($0) }
    }

    /// A kind of image that is not read.
    static func unread(_ name: String) -> String? {
        let name = name.lowercased()
        return [
            (".gif", "a GIF"), (".tif", "a TIFF"), (".tiff", "a TIFF"),
            (".heic", "a HEIC"), (".avif", "an AVIF"), (".jp2", "a JPEG 2000"), (".ppm", "a PPM"), (".pgm", "a PGM"),
        ].first { name.hasSuffix($0.0) }?.1
    }
}
