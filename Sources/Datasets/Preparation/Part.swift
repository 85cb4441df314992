/// The samples of one part of a split: a view of numbers that all parts share, scaled when they are copied into
/// batches or before.
package struct Part: Sendable {
    let store: SampleStore
    /// Positions in the store.
    let rows: [Int]
    /// One for each sample of the part.
    package let targets: Targets

    package var sampleShape: [Int] { store.sampleShape }
    package var count: Int { rows.count }
    package var featureCount: Int { store.featureCount }

    /// Copies the scaled features of the samples at `indices`, one after the other.
    /// - Parameter destination: room for indices.count x featureCount values.
    package func gather(_ indices: ArraySlice<Int>, features destination: UnsafeMutableBufferPointer<Float>) {
        precondition(destination.count >= indices.count * featureCount, "no room for the batch's features")
        guard let start = destination.baseAddress else { return }
        store.withReader { reader in
            for (place, index) in indices.enumerated() {
                reader.copy(row: rows[index], to: start + place * featureCount)
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
        for (place, index) in indices.enumerated() { destination[place] = Float(values[index]) }
    }
}
