/// The numbers of all samples of a data set, as its parts share them: as bytes, with what each byte becomes, where they
/// are 8-bit; else scaled once, in double precision, and then rounded.
struct SampleStore: Sendable {
    private enum Contents: Sendable {
        case scaled([Float])
        case bytes([UInt8], ByteScaling)
    }

    let sampleShape: [Int]
    let featureCount: Int
    private let contents: Contents
    /// What 0 becomes in each channel of an image, or in each feature of a table.
    private let zeros: [Float]

    init(_ samples: Samples, sampleShape: [Int], scaling: FittedScaling) {
        self.sampleShape = sampleShape
        featureCount = sampleShape.reduce(1, *)
        let plane = featureCount / (sampleShape.first ?? 1)
        zeros = (0..<(sampleShape.first ?? 1)).map { scaling.scaled(0, group: $0 * plane / scaling.groupSize) }
        switch samples {
        case .floats(let values):
            contents = .scaled(scaling.apply(to: values))
        case .doubles(let values):
            contents = .scaled(scaling.apply(to: values))
        case .words(let values):
            contents = .scaled(scaling.apply(to: values))
        case .bytes(let bytes):
            contents = .bytes(bytes, ByteScaling(scaling))
        }
    }

    /// Runs `body` with access to the samples without a check for each.
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
