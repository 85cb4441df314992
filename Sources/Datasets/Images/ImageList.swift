/// Pictures without classes, as a trained model is asked about them.
package enum ImageList {
    /// The pictures (PNG, JPEG, WebP, BMP) of a folder and those below it, in the order of their paths; a single picture by itself.
    ///
    /// - Returns: nil where the path is neither.
    /// - Throws: where the folder holds no picture, or cannot be read.
    package static func files(at path: String) throws(DatasetError) -> [String]? {
        guard FileBytes.isFolder(path) else { return ImageFormat.isRead(path) ? [path] : nil }
        var found: [String] = []
        try collect(path, into: &found)
        guard !found.isEmpty else {
            throw DatasetError(.emptyFile, in: path, "holds no picture (PNG, JPEG, WebP, BMP)")
        }
        return found.sorted()
    }

    private static func collect(_ folder: String, into found: inout [String]) throws(DatasetError) {
        for name in try FileBytes.names(in: folder) where !FolderJunk.names.contains(name) {
            let path = "\(folder)/\(name)"
            if FileBytes.isFolder(path) {
                try collect(path, into: &found)
            } else if ImageFormat.isRead(name) {
                found.append(path)
            }
        }
    }

    /// The pixels of pictures, each resized to the shape: channels (1 or 3), height, width.
    ///
    /// - Parameter appliesOrientation: whether they are turned as their EXIF says.
    /// - Throws: where one cannot be read, which it names.
    package static func samples(
        of files: [String], shape: [Int], appliesOrientation: Bool
    ) throws(DatasetError) -> Samples {
        let reader = ImageReader(
            size: [shape[1], shape[2]], channels: shape[0], appliesOrientation: appliesOrientation)
        var images = ImageStack(channels: shape[0], expecting: files.count)
        for (file, found) in zip(files, try reader.read(files)) { try images.append(found.image, path: file) }
        return try images.finish()
    }
}
