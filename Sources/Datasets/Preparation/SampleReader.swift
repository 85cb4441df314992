/// Copies samples out of a store, scaled, as they are or as a changed image.
struct SampleReader {
    enum Contents {
        case scaled(UnsafeBufferPointer<Float>)
        case bytes(UnsafeBufferPointer<UInt8>, ByteScaling.Reader)
    }

    let sampleShape: [Int]
    let contents: Contents
    /// What 0 becomes in each channel.
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

    /// Copies one channel row by row: zeros before and behind what the view shows of the source.
    @inline(__always)
    private func copy<Stored>(
        _ source: UnsafePointer<Stored>, through view: ImageView, to destination: UnsafeMutablePointer<Float>,
        zero: Float, scaled: (Stored) -> Float
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
