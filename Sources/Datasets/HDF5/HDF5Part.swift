/// One part of a data set, as it stands in an HDF5 file.
struct HDF5Part {
    enum Targets {
        case labels([Int64])
        case values([Float])
    }

    /// The group's name.
    let name: String
    let sampleShape: [Int]
    let samples: Samples
    let targets: Targets

    var count: Int {
        switch targets {
        case .labels(let labels): labels.count
        case .values(let values): values.count
        }
    }

    /// All samples, one part after the other; the parts hold the same kind of number.
    static func samples(of parts: [HDF5Part]) -> Samples {
        if parts.count == 1 { return parts[0].samples }
        var bytes: [UInt8] = []
        var floats: [Float] = []
        for part in parts {
            switch part.samples {
            case .bytes(let more): bytes += more
            case .floats(let more): floats += more
            }
        }
        return floats.isEmpty ? .bytes(bytes) : .floats(floats)
    }

    var holdsBytes: Bool {
        if case .bytes = samples { true } else { false }
    }
}
