/// Collects samples piece by piece, all of one kind: bytes, 16-bit numbers, or floating-point numbers, which are Floats as
/// long as each number is exactly one.
struct SamplesBuilder {
    private enum Numbers {
        case bytes(SampleArrayBuilder<UInt8>)
        case words(SampleArrayBuilder<UInt16>)
        case floats(SampleArrayBuilder<Float>)
        case doubles(SampleArrayBuilder<Double>)
    }

    private let memory: SampleMemory
    private let count: Int
    private var numbers: Numbers?

    /// - Parameter count: of all numbers.
    init(_ memory: SampleMemory, expecting count: Int) {
        self.memory = memory
        self.count = count
    }

    /// - Returns: false where the piece is of another kind than those before, and is not appended.
    /// - Throws: where there is no room.
    mutating func append(_ samples: Samples) throws(DatasetError) -> Bool {
        let numbers = numbers ?? begin(with: samples)
        switch (numbers, samples) {
        case (.bytes(let builder), .bytes(let more)): try builder.append(contentsOf: more)
        case (.words(let builder), .words(let more)): try builder.append(contentsOf: more)
        case (.floats(let builder), .floats(let more)): try builder.append(contentsOf: more)
        case (.doubles(let builder), .doubles(let more)): try builder.append(contentsOf: more)
        case (.doubles(let builder), .floats(let more)): try builder.append(contentsOf: more.lazy.map { Double($0) })
        case (.floats(let floats), .doubles(let more)):
            let builder = SampleArrayBuilder<Double>(memory, expecting: count)
            try builder.append(contentsOf: floats.finish().lazy.map { Double($0) })
            try builder.append(contentsOf: more)
            self.numbers = .doubles(builder)
        default: return false
        }
        return true
    }

    private mutating func begin(with samples: Samples) -> Numbers {
        let begun: Numbers =
            switch samples {
            case .bytes: .bytes(SampleArrayBuilder(memory, expecting: count))
            case .words: .words(SampleArrayBuilder(memory, expecting: count))
            case .floats: .floats(SampleArrayBuilder(memory, expecting: count))
            case .doubles: .doubles(SampleArrayBuilder(memory, expecting: count))
            }
        numbers = begun
        return begun
    }

    /// The samples, after which nothing is appended; no Floats where there were none.
    func finish() throws(DatasetError) -> Samples {
        switch numbers {
        case .bytes(let builder): .bytes(try builder.finish())
        case .words(let builder): .words(try builder.finish())
        case .floats(let builder): .floats(try builder.finish())
        case .doubles(let builder): .doubles(try builder.finish())
        case nil: .floats([])
        }
    }
}
