/// Images one after the other, all of one size and with equally many channels.
struct ImageStack {
    private let size: [Int]?
    private let channels: Int?
    private var images: [Image] = []
    private var firstPath = ""

    /// - Parameters:
    ///   - size: height and width to which each is resized; nil where all must have the same.
    ///   - channels: nil where they follow from the images.
    init(size: [Int]?, channels: Int?) {
        self.size = size
        self.channels = channels
    }

    /// - Throws: where the image has another size than the first, and none is given.
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

    /// count x channels x height x width; in 16 bits where one of the images has so many.
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
        for image in images {
            if case .bytes(let pixels) = image.with(channels: channels).pixels { bytes += pixels }
        }
        return .bytes(bytes)
    }
}
