internal import Dispatch
internal import Synchronization

/// Reads and decodes pictures, several at a time.
struct ImageReader: Sendable {
    /// Pictures that are decoded before they are put together.
    static let batch = 256

    /// Height and width to which all are resized; nil does not resize.
    let size: [Int]?
    /// 1 makes all of them grey; other channels follow from all pictures together.
    let channels: Int?
    /// Whether pictures are turned as their EXIF says.
    let appliesOrientation: Bool

    struct Found: Sendable {
        let image: Image
        /// Of the file's bytes.
        let digest: String
        /// Whether EXIF says that it is to be turned.
        let isTurned: Bool
    }

    /// The pictures, in the order of their paths.
    ///
    /// - Throws: the mistake of the first one that cannot be read.
    func read(_ paths: [String]) throws(DatasetError) -> [Found] {
        let results = Mutex<[Result<Found, DatasetError>?]>(Array(repeating: nil, count: paths.count))
        DispatchQueue.concurrentPerform(iterations: paths.count) { index in
            let result = Result { () throws(DatasetError) in try read(paths[index]) }
            results.withLock { $0[index] = result }
        }
        var found: [Found] = []
        for result in results.withLock({ $0 }) { if let result { found.append(try result.get()) } }
        return found
    }

    private func read(_ path: String) throws(DatasetError) -> Found {
        let bytes = try FileBytes.contents(of: path)
        let orientation = Orientation.of(bytes)
        var image = try Image(decoding: bytes, path: path)
        if appliesOrientation { image = image.turned(by: orientation) }
        if channels == 1 { image = image.with(channels: 1) }
        if let size { image = image.resized(height: size[0], width: size[1]) }
        return Found(image: image, digest: FileListDigest.digest(of: bytes), isTurned: orientation != 1)
    }
}

extension Image {
    /// The picture upright.
    ///
    /// - Parameter orientation: of EXIF: 2 mirrored, 3 upside down, 4 both, 5 to 8 on its side.
    func turned(by orientation: Int) -> Image {
        guard 2...8 ~= orientation else { return self }
        let isOnItsSide = orientation >= 5
        let (newHeight, newWidth) = isOnItsSide ? (width, height) : (height, width)
        func source(_ y: Int, _ x: Int) -> (Int, Int) {
            switch orientation {
            case 2: (y, width - 1 - x)
            case 3: (height - 1 - y, width - 1 - x)
            case 4: (height - 1 - y, x)
            case 5: (x, y)
            case 6: (height - 1 - x, y)
            case 7: (height - 1 - x, width - 1 - y)
            default: (x, width - 1 - y)
            }
        }
        func turned<Number>(_ pixels: [Number]) -> [Number] {
            var output: [Number] = []
            output.reserveCapacity(pixels.count)
            for channel in 0..<channels {
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (row, column) = source(y, x)
                        output.append(pixels[(channel * height + row) * width + column])
                    }
                }
            }
            return output
        }
        let pixels: Pixels =
            switch self.pixels {
            case .bytes(let bytes): .bytes(turned(bytes))
            case .words(let words): .words(turned(words))
            }
        return Image(height: newHeight, width: newWidth, channels: channels, pixels: pixels)
    }
}
