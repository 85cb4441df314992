/// A folder with one folder of PNG and JPEG images for each class; or with the folders `train`, and `test` or
/// `validation` (also called `val`, `valid` or `dev`) or both, that each are such a folder.
///
/// Files that are no images are left out and counted. Folders whose names differ in their Unicode normalisation alone
/// are one class.
package struct ImageFolderSource: Hashable, Sendable {
    package var path: String
    /// Height and width to which all images are resized; nil does not resize.
    package var size: [Int]?
    /// 1 or 3; nil is 3 if any image is stored in colour, else 1.
    package var channels: Int?

    package init(path: String, size: [Int]? = nil, channels: Int? = nil) {
        self.path = path
        self.size = size
        self.channels = channels
    }

    /// Reads the images, class by class in the order of their names, the validation and test parts last.
    ///
    /// They become channels x height x width of 8 bits, or of 16 if any image has 16. Transparency is dropped as in
    /// PyTorch's image folder, since any background would be arbitrary. Colour becomes grey by ITU-R BT.601, as in Pillow.
    /// An orientation in EXIF is not applied, as in PyTorch; such images are counted.
    /// - Parameter name: the data set's name.
    /// - Throws: if a folder holds images that are not read; if an image cannot be read, which it names; if
    /// images have different sizes and none is given; if the size or the number of channels is none.
    package func load(as name: String) throws(DatasetError) -> Dataset {
        try check()
        let tree = try ImageTree(path)
        let digest = FileListDigest()
        var images = ImageStack(size: size, channels: channels)
        var turned = 0
        for file in tree.files {
            let filePath = "\(path)/\(file.path)"
            let bytes = try FileBytes.contents(of: filePath)
            digest.add(file.path, FileListDigest.digest(of: bytes))
            if Orientation.isTurned(bytes) { turned += 1 }
            try images.append(Image(decoding: bytes, path: filePath), path: filePath)
        }
        var warnings = tree.warnings
        if turned > 0 {
            warnings.append(
                "\(path): \(turned) of \(tree.files.count) images say in EXIF that they are to be turned, and are "
                    + "read as they are stored; to turn them for good: mogrify -auto-orient, or PIL.ImageOps.exif_transpose"
            )
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

/// A sequence of images of one size and with equally many channels.
struct ImageStack {
    private let size: [Int]?
    private let channels: Int?
    private var images: [Image] = []
    private var firstPath = ""

    /// - Parameters:
    ///   - size: height and width to which each is resized; nil if all must have the same.
    ///   - channels: nil if they follow from the images.
    init(size: [Int]?, channels: Int?) {
        self.size = size
        self.channels = channels
    }

    /// - Throws: if the image has another size than the first, and none is given.
    mutating func append(_ image: Image, path: String) throws(DatasetError) {
        let image = channels == 1 ? image.with(channels: 1) : image
        guard let size else {
            if let first = images.first {
                guard (image.height, image.width) == (first.height, first.width) else {
                    throw DatasetError(
                        .mixedSizes, in: path,
                        "is \(image.height)x\(image.width), but \(firstPath) is \(first.height)x\(first.width); say in "
                            + "'size' (height, width) to what they are to be resized")
                }
            } else {
                firstPath = path
            }
            images.append(image)
            return
        }
        images.append(image.resized(height: size[0], width: size[1]))
    }

    private var channelCount: Int { channels ?? images.map(\.channels).max() ?? 1 }

    var sampleShape: [Int] { [channelCount, images.first?.height ?? 0, images.first?.width ?? 0] }

    /// count x channels x height x width; in 16 bits if one of the images has 16.
    var samples: Samples {
        let channels = channelCount
        let count = images.count * sampleShape.reduce(1, *)
        let areWide = images.contains { if case .words = $0.pixels { true } else { false } }
        if areWide {
            var words: [UInt16] = []
            words.reserveCapacity(count)
            for image in images { words += image.with(channels: channels).words }
            return .words(words)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for image in images { if case .bytes(let pixels) = image.with(channels: channels).pixels { bytes += pixels } }
        return .bytes(bytes)
    }
}
