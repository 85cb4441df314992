/// The shape of the pieces in which a dataset is stored and checksummed.
///
/// A piece is a run of whole rows, or of a part of one row, so that it is contiguous in memory and copied at once. Its
/// size is near `target` bytes: large enough that the cost of a piece does not show, small enough that a reader of a
/// few rows need not check the whole dataset.
///
/// - Parameters:
///   - shape: the dataset's shape; no dimension is zero.
///   - elementSize: in bytes.
func chunkShape(of shape: [Int], elementSize: Int, target: Int = 1 << 20) -> [Int] {
    var chunk = shape
    var size = shape.reduce(elementSize, *)
    for axis in shape.indices where size > target {
        let row = size / chunk[axis]
        chunk[axis] = max(1, target / row)
        size = row * chunk[axis]
    }
    return chunk
}
