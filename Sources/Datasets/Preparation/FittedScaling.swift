/// A scaling whose numbers were measured, always on training rows alone, or given.
///
/// Each element x of a row becomes (x - offset) / unit of the element's group. Where a group is constant in the
/// training part it tells nothing, and becomes 0 everywhere.
struct FittedScaling: Sendable, Equatable {
    /// How many neighbouring elements of a row share their numbers: 1 in a table, a channel or all of an image.
    let groupSize: Int
    let offsets: [Double]
    /// What one scaled unit is in the source's own units; 0 for a constant group.
    let units: [Double]
    private let factors: [Double]

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
        switch (scaling, samples) {
        case (.none, _):
            offsets = [0]
            units = [1]
        case (.normalize(let means, let deviations), _):
            let range = samples.range
            offsets = (0..<groups).map { range * means[means.count == 1 ? 0 : $0] }
            units = (0..<groups).map { range * deviations[deviations.count == 1 ? 0 : $0] }
        case (.minMax, .floats(let values)):
            (offsets, units) = layout.range(of: values, rows: rows)
        case (.minMax, .doubles(let values)):
            (offsets, units) = layout.range(of: values, rows: rows)
        case (.minMax, .words(let values)):
            (offsets, units) = layout.range(of: values, rows: rows)
        case (.standardize, .floats(let values)):
            (offsets, units) = layout.moments(of: values, rows: rows)
        case (.standardize, .doubles(let values)):
            (offsets, units) = layout.moments(of: values, rows: rows)
        case (.standardize, .words(let values)):
            (offsets, units) = layout.moments(of: values, rows: rows)
        case (.minMax, .bytes(let bytes)):
            let sums = layout.sums(of: bytes, rows: rows)
            offsets = sums.map { Double($0.low) }
            units = sums.map { Double($0.high - $0.low) }
        case (.standardize, .bytes(let bytes)):
            let sums = layout.sums(of: bytes, rows: rows)
            offsets = sums.map(\.mean)
            units = sums.map(\.deviation)
        }
        factors = units.map { $0 > 0 ? 1 / $0 : 0 }
    }

    /// The scaled number of an element in a group.
    @inline(__always)
    func scaled(_ value: Double, group: Int) -> Float {
        Float((value - offsets[group]) * factors[group])
    }

    /// The scaled number of an element in a group, not yet rounded.
    func scaledTarget(_ value: Double) -> Double { (value - offsets[0]) * factors[0] }

    /// All rows, scaled, one after the other.
    func apply<Number: SampleNumber>(to values: [Number]) -> [Float] {
        let width = groupSize * offsets.count
        return [Float](unsafeUninitializedCapacity: values.count) { output, count in
            count = output.count
            values.withUnsafeBufferPointer { values in
                for start in stride(from: 0, to: values.count, by: width) {
                    for group in offsets.indices {
                        let offset = offsets[group]
                        let factor = factors[group]
                        let from = start + group * groupSize
                        for element in from..<from + groupSize {
                            output[element] = Float((values[element].double - offset) * factor)
                        }
                    }
                }
            }
        }
    }
}
