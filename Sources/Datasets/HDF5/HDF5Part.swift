/// One part of a data set, as it stands in an HDF5 file.
struct HDF5Part {
    enum Targets {
        case labels([Int64])
        /// An empty one is an unknown class.
        case names([String])
        case values([Double])
    }

    /// The group's name.
    let name: String
    let sampleShape: [Int]
    let samples: Samples
    let targets: Targets

    var count: Int {
        switch targets {
        case .labels(let labels): labels.count
        case .names(let names): names.count
        case .values(let values): values.count
        }
    }

    /// All samples, one part after the other; the parts hold the same kind of number.
    static func samples(of parts: [HDF5Part]) -> Samples {
        if parts.count == 1 { return parts[0].samples }
        var bytes: [UInt8] = []
        var words: [UInt16] = []
        var numbers = NumberList()
        for part in parts {
            switch part.samples {
            case .bytes(let more): bytes += more
            case .words(let more): words += more
            case .floats(let more): for number in more { numbers.append(Double(number)) }
            case .doubles(let more): for number in more { numbers.append(number) }
            }
        }
        if !bytes.isEmpty { return .bytes(bytes) }
        return words.isEmpty ? numbers.samples : .words(words)
    }

    /// The kind of number that its samples are, in words.
    var kind: String {
        switch samples {
        case .bytes: "bytes"
        case .words: "16-bit integers"
        case .floats, .doubles: "floats"
        }
    }
}
