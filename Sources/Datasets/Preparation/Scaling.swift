/// How numbers are scaled for the model.
package enum Scaling: Sendable, Hashable {
    /// (x - min) / (max - min), so that the training part lies in 0...1. Images have one minimum and maximum over all pixels
    /// and channels.
    case minMax
    /// (x - mean) / standard deviation (the population's, which divides by n). For images each channel has its own.
    case standardize
    case none
    /// (x - mean) / deviation with given numbers, one for all or one for each channel (each feature of a table); 8-bit
    /// values are divided by 255 first, so that the numbers are those of PyTorch.
    case normalize(mean: [Double], deviation: [Double])
}

extension Scaling {
    /// Throws if the scaling's own numbers do not fit samples of this shape.
    func check(sampleShape: [Int], scaleTarget: Bool, name: String) throws(DatasetError) {
        guard case .normalize(let means, let deviations) = self else { return }
        guard !scaleTarget else {
            throw DatasetError(
                .contradiction, in: name, "normalize has numbers for the features only; the target cannot be scaled")
        }
        let (groups, noun) = (sampleShape[0], sampleShape.count == 3 ? "channels" : "features")
        for (word, numbers) in [("mean", means), ("std", deviations)] where numbers.count != 1 {
            guard numbers.count == groups else {
                throw DatasetError(
                    .wrongLength, in: name,
                    "normalize: \(word) has \(numbers.count) numbers, but a sample has \(groups) \(noun)")
            }
        }
        guard let wrong = deviations.first(where: { !($0 > 0 && $0.isFinite) }) else { return }
        throw DatasetError(.badParameter, in: name, "normalize: std is \(wrong), and must be above 0")
    }
}

/// A scaling with its numbers, measured on the training rows alone or given.
///
/// Each element x of a row becomes (x - offset) / unit of the element's group. A group that is constant in the training
/// part carries no information, and becomes 0 everywhere.
package struct FittedScaling: Sendable, Equatable {
    /// How many neighbouring elements of a row share their numbers: 1 in a table, a channel or all of an image.
    package let groupSize: Int
    package let offsets: [Double]
    /// One scaled unit in the source's own units; 0 for a constant group.
    package let units: [Double]
    private let factors: [Double]

    /// Numbers that were measured before.
    package init(groupSize: Int, offsets: [Double], units: [Double]) {
        precondition(groupSize > 0 && offsets.count == units.count, "each group has an offset and a unit")
        self.groupSize = groupSize
        self.offsets = offsets
        self.units = units
        factors = units.map { $0 > 0 ? 1 / $0 : 0 }
    }

    /// Measures the numbers.
    /// - Parameters:
    ///   - samples: rows of `sampleShape`, row-major.
    ///   - rows: those to measure; at least one.
    init(_ scaling: Scaling, of samples: Samples, sampleShape: [Int], rows: [Int]) {
        let width = sampleShape.reduce(1, *)
        let isImage = sampleShape.count == 3
        let groups: Int
        switch scaling {
        case .none: groups = 1
        case .minMax: groups = isImage ? 1 : width
        case .standardize: groups = isImage ? sampleShape[0] : width
        case .normalize(let means, let deviations): groups = max(means.count, deviations.count)
        }
        let layout = RowLayout(width: width, groups: groups)
        groupSize = layout.groupSize
        func measured<Number>(_ values: SampleArray<Number>) -> (offsets: [Double], units: [Double]) {
            scaling == .minMax ? layout.range(of: values, rows: rows) : layout.moments(of: values, rows: rows)
        }
        switch (scaling, samples) {
        case (.none, _):
            offsets = [0]
            units = [1]
        case (.normalize(let means, let deviations), _):
            let range = samples.range
            offsets = (0..<groups).map { range * means[means.count == 1 ? 0 : $0] }
            units = (0..<groups).map { range * deviations[deviations.count == 1 ? 0 : $0] }
        case (_, .floats(let values)): (offsets, units) = measured(values)
        case (_, .doubles(let values)): (offsets, units) = measured(values)
        case (_, .words(let values)): (offsets, units) = measured(values)
        case (_, .bytes(let bytes)):
            let sums = layout.sums(of: bytes, rows: rows)
            offsets = sums.map { scaling == .minMax ? Double($0.low) : $0.mean }
            units = sums.map { scaling == .minMax ? Double($0.high - $0.low) : $0.deviation }
        }
        factors = units.map { $0 > 0 ? 1 / $0 : 0 }
    }

    /// The same with those elements as they stand that are no quantities. A flag that is 0 in all of `rows` stays 0: a
    /// model learns nothing of it.
    ///
    /// - Parameters:
    ///   - roles: of each element of a row.
    ///   - samples: what was measured.
    func scaling(_ roles: [InputRole], of samples: Samples, rows: [Int]) -> FittedScaling {
        let width = roles.count
        guard roles.contains(where: { $0 != .quantity }) else { return self }
        var isSeen = [Bool](repeating: false, count: width)
        func look<Number>(_ values: SampleArray<Number>) {
            values.withUnsafeBufferPointer { values in
                for row in rows {
                    for element in 0..<width where values[row * width + element].double != 0 {
                        isSeen[element] = true
                    }
                }
            }
        }
        switch samples {
        case .floats(let values): look(values)
        case .doubles(let values): look(values)
        case .words(let values): look(values)
        case .bytes(let values): look(values)
        }
        let groups = (0..<width).map { $0 / groupSize }
        return FittedScaling(
            groupSize: 1, offsets: zip(roles, groups).map { $0 == .quantity ? offsets[$1] : 0 },
            units: roles.indices.map { element in
                switch roles[element] {
                case .quantity: units[groups[element]]
                case .flag: isSeen[element] ? 1 : 0
                case .position: 1
                }
            })
    }

    /// The scaled number of an element in a group.
    @inline(__always)
    func scaled(_ value: Double, group: Int) -> Float { Float((value - offsets[group]) * factors[group]) }

    /// The scaled value of a target, not rounded.
    func scaledTarget(_ value: Double) -> Double { (value - offsets[0]) * factors[0] }

    /// All rows, scaled, one after the other.
    ///
    /// - Parameter factor: what the samples are multiplied by before.
    package func apply(to samples: Samples, times factor: Double = 1) -> [Float] {
        switch samples {
        case .bytes(let values): apply(to: values, times: factor)
        case .words(let values): apply(to: values, times: factor)
        case .floats(let values): apply(to: values, times: factor)
        case .doubles(let values): apply(to: values, times: factor)
        }
    }

    private func apply<Number>(to values: SampleArray<Number>, times factor: Double) -> [Float] {
        values.withUnsafeBufferPointer { apply(to: $0, times: factor) }
    }

    /// All rows, scaled, in a file where they are in one.
    func scaled<Number>(_ values: SampleArray<Number>) throws(DatasetError) -> SampleArray<Float> {
        guard values.isInFile else { return SampleArray(apply(to: values, times: 1)) }
        let width = groupSize * offsets.count
        let piece = max(1, Self.pieceSize / width) * width
        let builder = SampleArrayBuilder<Float>(SampleMemory(limit: 0, folder: SampleMemory.standard.folder))
        try values.withUnsafeBufferPointer { (values) throws(DatasetError) in
            for start in stride(from: 0, to: values.count, by: piece) {
                let rows = values[start..<min(start + piece, values.count)]
                try builder.append(contentsOf: apply(to: UnsafeBufferPointer(rebasing: rows), times: 1))
            }
        }
        return try builder.finish()
    }

    /// Numbers that are scaled before they are written to a file.
    private static let pieceSize = 1 << 18

    private func apply<Number: SampleNumber>(to values: UnsafeBufferPointer<Number>, times scale: Double) -> [Float] {
        let width = groupSize * offsets.count
        return [Float](unsafeUninitializedCapacity: values.count) { output, count in
            count = output.count
            for start in stride(from: 0, to: values.count, by: width) {
                for group in offsets.indices {
                    let offset = offsets[group]
                    let factor = factors[group]
                    let from = start + group * groupSize
                    for element in from..<from + groupSize {
                        output[element] = Float((values[element].double * scale - offset) * factor)
                    }
                }
            }
        }
    }
}
