/// A folder with one folder of PNG, JPEG, WebP and BMP images for each class, and any folders within it; or with the folders `train`, and `test` or
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
    /// Whether images are turned as their EXIF says.
    package var appliesOrientation: Bool

    package init(path: String, size: [Int]? = nil, channels: Int? = nil, appliesOrientation: Bool = false) {
        self.path = path
        self.size = size
        self.channels = channels
        self.appliesOrientation = appliesOrientation
    }

    /// Reads the images, class by class in the order of their names, the validation and test parts last.
    ///
    /// They become channels x height x width of 8 bits, or of 16 if any image has 16. Transparency is dropped as in
    /// PyTorch's image folder, since any background would be arbitrary. Colour becomes grey by ITU-R BT.601, as in Pillow.
    /// An orientation in EXIF is applied where that is asked for; otherwise, as in PyTorch, it is not, and such images are
    /// counted. Several threads read and decode; the result is the same.
    /// - Parameter name: the data set's name.
    /// - Throws: if a folder holds images that are not read; if an image cannot be read, which it names; if
    /// images have different sizes and none is given; if the size or the number of channels is none.
    package func load(as name: String, memory: SampleMemory = .standard) throws(DatasetError) -> Dataset {
        try check()
        let tree = try ImageTree(path)
        let digest = FileListDigest()
        var images = ImageStack(channels: channels, memory, expecting: tree.files.count)
        var turned = 0
        let reader = ImageReader(size: size, channels: channels, appliesOrientation: appliesOrientation)
        let paths = tree.files.map { "\(path)/\($0.path)" }
        for start in stride(from: 0, to: paths.count, by: ImageReader.batch) {
            let some = start..<min(start + ImageReader.batch, paths.count)
            for (index, found) in zip(some, try reader.read(Array(paths[some]))) {
                digest.add(tree.files[index].path, found.digest)
                if found.isTurned { turned += 1 }
                try images.append(found.image, path: paths[index])
            }
        }
        var warnings = tree.warnings
        if turned > 0, !appliesOrientation {
            warnings.append(
                "\(path): \(turned) of \(tree.files.count) images say in EXIF that they are to be turned, and are "
                    + "read as they are stored; exif_orientation: true turns them"
            )
        }
        return Dataset(
            name: name, sampleShape: images.sampleShape, samples: try images.finish(),
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

/// A sequence of images of one size, put together channel by channel: count x channels x height x width.
struct ImageStack {
    private enum Pixels {
        case bytes(SampleArrayBuilder<UInt8>)
        /// If one of the images has 16 bits.
        case words(SampleArrayBuilder<UInt16>)
    }

    private let memory: SampleMemory
    private let count: Int
    private let isGiven: Bool
    private var channels: Int
    private var size: (height: Int, width: Int)?
    private var firstPath = ""
    private var pixels: Pixels

    /// - Parameters:
    ///   - channels: nil if they follow from the images: 3 if one has them, else 1.
    ///   - count: of all images.
    init(channels: Int?, _ memory: SampleMemory = .standard, expecting count: Int) {
        self.memory = memory
        self.count = count
        isGiven = channels != nil
        self.channels = channels ?? 1
        pixels = .bytes(SampleArrayBuilder(memory))
    }

    var sampleShape: [Int] { [channels, size?.height ?? 0, size?.width ?? 0] }

    /// - Parameter image: of the size and the channels that were given, where they were.
    /// - Throws: if the image has another size than the first, and none is given.
    mutating func append(_ image: Image, path: String) throws(DatasetError) {
        if let size {
            guard size == (image.height, image.width) else {
                throw DatasetError(
                    .mixedSizes, in: path,
                    "is \(image.height)x\(image.width), but \(firstPath) is \(size.height)x\(size.width); say in "
                        + "'size' (height, width) to what they are to be resized")
            }
        } else {
            size = (image.height, image.width)
            firstPath = path
            pixels = .bytes(builder())
        }
        if !isGiven, image.channels > channels { try addColour() }
        let image = image.with(channels: channels)
        switch (pixels, image.pixels) {
        case (.bytes(let builder), .bytes(let bytes)): try builder.append(contentsOf: bytes)
        case (.words(let builder), _): try builder.append(contentsOf: image.words)
        case (.bytes(let narrow), .words(let words)):
            // All so far in 16 bits, as `Image.words` has them.
            let builder: SampleArrayBuilder<UInt16> = builder()
            try builder.append(contentsOf: narrow.finish().lazy.map { 257 * UInt16($0) })
            try builder.append(contentsOf: words)
            pixels = .words(builder)
        }
    }

    private func builder<Number>() -> SampleArrayBuilder<Number> {
        SampleArrayBuilder(memory, expecting: count * sampleShape.reduce(1, *))
    }

    /// Makes three channels of the one of all images so far.
    private mutating func addColour() throws(DatasetError) {
        channels = 3
        switch pixels {
        case .bytes(let grey): pixels = .bytes(try coloured(grey.finish()))
        case .words(let grey): pixels = .words(try coloured(grey.finish()))
        }
    }

    private func coloured<Number>(_ grey: SampleArray<Number>) throws(DatasetError) -> SampleArrayBuilder<Number> {
        let builder: SampleArrayBuilder<Number> = builder()
        let plane = (size?.height ?? 0) * (size?.width ?? 0)
        try grey.withUnsafeBufferPointer { (grey) throws(DatasetError) in
            for start in stride(from: 0, to: grey.count, by: plane) {
                for _ in 0..<3 { try builder.append(contentsOf: grey[start..<start + plane]) }
            }
        }
        return builder
    }

    /// All pixels, after which no image is appended.
    func finish() throws(DatasetError) -> Samples {
        switch pixels {
        case .bytes(let builder): .bytes(try builder.finish())
        case .words(let builder): .words(try builder.finish())
        }
    }
}
