/// Pictures without classes, as a trained model is asked about them.
package enum ImageList {
    /// The PNG and JPEG files of a folder and those below it, in the order of their paths; a single picture by itself.
    ///
    /// - Returns: nil where the path is neither.
    /// - Throws: where the folder holds no picture, or cannot be read.
    package static func files(at path: String) throws(DatasetError) -> [String]? {
        guard FileBytes.isFolder(path) else { return ImageFormat.isRead(path) ? [path] : nil }
        var found: [String] = []
        try collect(path, into: &found)
        guard !found.isEmpty else { throw DatasetError(.emptyFile, in: path, "holds no PNG or JPEG") }
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
    /// - Throws: where one cannot be read, which it names.
    package static func samples(of files: [String], shape: [Int]) throws(DatasetError) -> Samples {
        var images = ImageStack(size: [shape[1], shape[2]], channels: shape[0])
        for file in files { try images.append(Image(decoding: FileBytes.contents(of: file), path: file), path: file) }
        return images.samples
    }
}
