/// A folder with one folder of PNG and JPEG images for each class; or with the folders `train`, and `test` or
/// `validation` (also called `val`, `valid` or `dev`) or both, that each are such a folder.
///
/// Files that are no images are left out and counted. Folders whose names differ in their Unicode normalisation alone
/// are one class.
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
    /// They become channels x height x width of 8 bits, or of 16 where an image has so many. Transparency is dropped,
    /// as PyTorch's image folder drops it: a background to lay an image on would be an invention. Colour becomes grey
    /// by ITU-R BT.601, as in Pillow. Images that a camera says are to be turned are not, as in PyTorch, and counted.
    /// - Parameter name: the name that the data set gets.
    /// - Throws: where a folder holds images that are not read; where an image cannot be read, which it names; where
    /// images have different sizes and none is given; where the size or the number of channels is none.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        try check()
        let tree = try ImageTree(path)
        let digest = FileListDigest()
        var images = ImageStack(size: size, channels: channels)
        var turned = 0
        for file in tree.files {
            let place = "\(path)/\(file.path)"
            let bytes = try FileBytes.contents(of: place)
            digest.add(file.path, FileListDigest.digest(of: bytes))
            if Orientation.isTurned(bytes) { turned += 1 }
            try images.append(Image(decoding: bytes, path: place), path: place)
        }
        var warnings = tree.warnings
        if turned > 0 {
            warnings.append(
                "\(path): \(turned) of \(tree.files.count) images say in EXIF that they are to be turned, and are "
                    + "read as "
                    + "they are stored; to turn them for good: mogrify -auto-orient, or PIL.ImageOps.exif_transpose")
        }
        return Dataset(
            name: name, sampleShape: images.sampleShape, samples: images.samples,
            targets: .classes(tree.files.map(\.label), names: tree.classes), digest: digest.finish(), own: tree.own,
            warnings: warnings)
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
