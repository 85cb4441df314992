/// The numbers of all samples of a data set, shared by its parts: 8-bit samples as bytes with their scaled values, others
/// scaled once in double precision, and rounded.
struct SampleStore: Sendable {
    private enum Contents: Sendable {
        case scaled(SampleArray<Float>)
        case bytes(SampleArray<UInt8>, ByteScaling)
    }

    let sampleShape: [Int]
    let featureCount: Int
    private let contents: Contents
    /// The scaled 0 of each channel of an image, or of each feature of a table.
    private let zeros: [Float]

    /// - Throws: where samples that are in a file cannot be scaled into another.
    init(_ samples: Samples, sampleShape: [Int], scaling: FittedScaling) throws(DatasetError) {
        self.sampleShape = sampleShape
        featureCount = sampleShape.reduce(1, *)
        let plane = featureCount / (sampleShape.first ?? 1)
        zeros = (0..<(sampleShape.first ?? 1)).map { scaling.scaled(0, group: $0 * plane / scaling.groupSize) }
        switch samples {
        case .floats(let values):
            contents = .scaled(try scaling.scaled(values))
        case .doubles(let values):
            contents = .scaled(try scaling.scaled(values))
        case .words(let values):
            contents = .scaled(try scaling.scaled(values))
        case .bytes(let bytes):
            contents = .bytes(bytes, ByteScaling(scaling))
        }
    }

    /// Whether the samples are 8-bit images.
    var isOfBytes: Bool { if case .bytes = contents { true } else { false } }

    /// Runs `body` with unchecked access to the samples.
    func withReader(_ body: (SampleReader) -> Void) {
        zeros.withUnsafeBufferPointer { zeros in
            switch contents {
            case .scaled(let values):
                values.withUnsafeBufferPointer { values in
                    body(SampleReader(sampleShape: sampleShape, contents: .scaled(values), zeros: zeros))
                }
            case .bytes(let bytes, let scaling):
                bytes.withUnsafeBufferPointer { bytes in
                    scaling.withReader { scaling in
                        body(SampleReader(sampleShape: sampleShape, contents: .bytes(bytes, scaling), zeros: zeros))
                    }
                }
            }
        }
    }
}

/// Copies scaled samples out of a store, unchanged or as an augmented image.
struct SampleReader {
    enum Contents {
        case scaled(UnsafeBufferPointer<Float>)
        case bytes(UnsafeBufferPointer<UInt8>, ByteScaling.Reader)
    }

    let sampleShape: [Int]
    let contents: Contents
    /// The scaled 0 of each channel.
    let zeros: UnsafeBufferPointer<Float>

    /// Copies a whole sample.
    func copy(row: Int, to destination: UnsafeMutablePointer<Float>) {
        let width = sampleShape.reduce(1, *)
        switch contents {
        case .scaled(let values):
            guard let source = values.baseAddress else { return }
            destination.update(from: source + row * width, count: width)
        case .bytes(let bytes, let scaling):
            guard let source = bytes.baseAddress else { return }
            scaling.copy(source + row * width, to: destination)
        }
    }

    /// The pixels of an 8-bit image, seen through `view`, with zeros beyond it.
    ///
    /// - Parameter changed: the image's pixels, where they are others by now.
    func bytes(row: Int, _ changed: [UInt8]?, through view: ImageView) -> [UInt8] {
        let plane = view.height * view.width
        let count = sampleShape[0] * plane
        func seen(_ source: UnsafePointer<UInt8>) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: count) { room, filled in
                for channel in 0..<sampleShape[0] {
                    let first = channel * plane
                    copy(source + first, through: view, to: room.baseAddress! + first, zero: 0) { $0 }
                }
                filled = count
            }
        }
        if let changed { return changed.withUnsafeBufferPointer { seen($0.baseAddress!) } }
        guard case .bytes(let bytes, _) = contents, let source = bytes.baseAddress else { return [] }
        return seen(source + row * count)
    }

    /// Copies an image whose pixels may be others by now, seen through `view`.
    func copy(
        row: Int, _ changed: [UInt8]?, through view: ImageView, to destination: UnsafeMutablePointer<Float>
    ) {
        guard let changed, case .bytes(_, let scaling) = contents else {
            return copy(row: row, through: view, to: destination)
        }
        changed.withUnsafeBufferPointer { pixels in
            SampleReader(sampleShape: sampleShape, contents: .bytes(pixels, scaling), zeros: zeros)
                .copy(row: 0, through: view, to: destination)
        }
    }

    /// Copies an image, seen through `view`.
    func copy(row: Int, through view: ImageView, to destination: UnsafeMutablePointer<Float>) {
        let plane = view.height * view.width
        for channel in 0..<sampleShape[0] {
            let first = channel * plane
            let output = destination + first
            let start = row * sampleShape[0] * plane + first
            switch contents {
            case .scaled(let values):
                guard let source = values.baseAddress else { return }
                copy(source + start, through: view, to: output, zero: zeros[channel]) { $0 }
            case .bytes(let bytes, let scaling):
                guard let source = bytes.baseAddress else { return }
                if let table = scaling.table(of: first) {
                    copy(source + start, through: view, to: output, zero: zeros[channel]) { table[Int($0)] }
                } else {
                    // Images of one pixel, each with numbers of its own.
                    copy(source + start, through: view, to: output, zero: zeros[channel]) {
                        scaling.fitted.scaled(Double($0), group: channel)
                    }
                }
            }
            for rectangle in view.erased {
                for y in rectangle.rows {
                    (output + y * view.width + rectangle.columns.lowerBound).update(
                        repeating: 0, count: rectangle.columns.count)
                }
            }
        }
    }

    /// Copies one channel row by row, with zeros around the part of the source that the view shows.
    @inline(__always)
    private func copy<Stored, Number>(
        _ source: UnsafePointer<Stored>, through view: ImageView, to destination: UnsafeMutablePointer<Number>,
        zero: Number, scaled: (Stored) -> Number
    ) {
        let width = view.width
        let columns = view.columns
        for y in 0..<view.height {
            let output = destination + y * width
            guard view.rows.contains(y) else {
                output.update(repeating: zero, count: width)
                continue
            }
            let input = source + (y + view.rowOffset) * width + view.columnOffset
            output.update(repeating: zero, count: columns.lowerBound)
            if view.isFlipped {
                for x in columns { output[x] = scaled(input[-x]) }
            } else {
                for x in columns { output[x] = scaled(input[x]) }
            }
            (output + columns.upperBound).update(repeating: zero, count: width - columns.upperBound)
        }
    }
}

/// The scaled value of each of the 256 bytes: the same as scaling the bytes as floats.
struct ByteScaling: Sendable {
    private let fitted: FittedScaling
    /// 256 numbers for each group.
    private let tables: [Float]

    init(_ fitted: FittedScaling) {
        self.fitted = fitted
        // Tables for each feature of a wide row would be larger than the data, so such rows are computed.
        let groups = fitted.groupSize == 1 ? 0 : fitted.offsets.count
        tables = (0..<groups).flatMap { group in (0..<256).map { fitted.scaled(Double($0), group: group) } }
    }

    func withReader(_ body: (Reader) -> Void) {
        tables.withUnsafeBufferPointer { body(Reader(fitted: fitted, tables: $0)) }
    }

    struct Reader {
        let fitted: FittedScaling
        fileprivate let tables: UnsafeBufferPointer<Float>

        /// The table of the group that `element` of a row belongs to; nil if each element has numbers of its own.
        func table(of element: Int) -> UnsafePointer<Float>? {
            // An empty array has an address, too.
            guard !tables.isEmpty, let start = tables.baseAddress else { return nil }
            return start + 256 * (element / fitted.groupSize)
        }

        /// Scales a row.
        func copy(_ source: UnsafePointer<UInt8>, to destination: UnsafeMutablePointer<Float>) {
            for group in fitted.offsets.indices {
                let elements = group * fitted.groupSize..<(group + 1) * fitted.groupSize
                if let table = table(of: elements.lowerBound) {
                    for element in elements { destination[element] = table[Int(source[element])] }
                } else {
                    destination[group] = fitted.scaled(Double(source[group]), group: group)
                }
            }
        }
    }
}
