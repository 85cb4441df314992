/// The samples of one part of a split, scaled and ready to be copied into batches.
package struct Part: Sendable {
    package let sampleShape: [Int]
    /// Row-major, count x product of `sampleShape`.
    package let features: [Float]
    package let targets: Targets

    package var count: Int { targets.count }
    package var featureCount: Int { sampleShape.reduce(1, *) }

    /// Copies the features of the samples at `indices`, one after the other.
    /// - Parameter destination: room for indices.count x featureCount values.
    package func gather(_ indices: ArraySlice<Int>, features destination: UnsafeMutableBufferPointer<Float>) {
        let width = featureCount
        precondition(destination.count >= indices.count * width, "no room for the batch's features")
        features.withUnsafeBufferPointer { features in
            guard let source = features.baseAddress, let destination = destination.baseAddress else { return }
            for (place, index) in indices.enumerated() {
                precondition(0..<count ~= index, "no such sample")
                (destination + place * width).update(from: source + index * width, count: width)
            }
        }
    }

    /// Copies the classes of the samples at `indices`; the targets must be classes.
    package func gather(_ indices: ArraySlice<Int>, classes destination: UnsafeMutableBufferPointer<Int32>) {
        guard case .classes(let classes, names: _) = targets else { preconditionFailure("the targets are values") }
        for (place, index) in indices.enumerated() { destination[place] = classes[index] }
    }

    /// Copies the values of the samples at `indices`; the targets must be values.
    package func gather(_ indices: ArraySlice<Int>, values destination: UnsafeMutableBufferPointer<Float>) {
        guard case .values(let values) = targets else { preconditionFailure("the targets are classes") }
        for (place, index) in indices.enumerated() { destination[place] = values[index] }
    }
}
