/// A folder with one folder of PNG and JPEG images for each class; or with the folders `train`, and `test` or
/// `validation` or both, that each are such a folder.
package struct ImageFolderSource: Hashable, Sendable {
    package var path: String
    /// Height and width to which all images are resized; nil leaves them as they are.
    package var size: [Int]?
    /// 1 or 3; where it is not given, 3 if any image is stored in colour, else 1.
    package var channels: Int?

    package init(path: String, size: [Int]? = nil, channels: Int? = nil) {
        self.path = path
        self.size = size
        self.channels = channels
    }

    /// Reads the images, class by class in the order of their names, those to validate and to test on last.
    ///
    /// They become channels x height x width of 8 bits. Of 16 bits the upper 8 are kept. Transparency is dropped, as
    /// PyTorch's image folder drops it: a background to lay an image on would be an invention. Colour becomes grey by
    /// ITU-R BT.601, as in Pillow. The orientation that a camera has noted beside the pixels is not looked at.
    /// - Parameter name: the name that the data set gets.
    /// - Throws: where a folder holds what is no image; where an image cannot be read, which it names; where images
    ///   have different sizes and none is given; where the size or the number of channels is none.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        try check()
        let tree = try ImageTree(path)
        let digest = FileListDigest()
        var images = ImageStack(size: size, channels: channels)
        for file in tree.files {
            let place = "\(path)/\(file.path)"
            let bytes = try FileBytes.contents(of: place)
            digest.add(file.path, FileListDigest.digest(of: bytes))
            try images.append(Image(decoding: bytes, path: place), path: place)
        }
        return Dataset(
            name: name, sampleShape: images.sampleShape, samples: .bytes(images.bytes),
            targets: .classes(tree.files.map(\.label), names: tree.classes), digest: digest.finish(), own: tree.own)
    }

    private func check() throws(DatasetError) {
        if let size {
            guard size.count == 2, size.allSatisfy({ 1...Image.largestSide ~= $0 }) else {
                throw DatasetError(
                    .badParameter, in: path,
                    "size is \(size); it is height and width, from 1 to \(Image.largestSide)")
            }
        }
        if let channels, channels != 1, channels != 3 {
            throw DatasetError(.badParameter, in: path, "channels is \(channels); an image has 1 or 3")
        }
    }
}
