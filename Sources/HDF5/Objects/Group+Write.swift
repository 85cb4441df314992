import CHDF5

extension Group {
    /// Creates a dataset of numbers.
    ///
    /// - Parameters:
    ///   - values: in row-major order.
    ///   - shape: its product is the number of values; a dimension may be zero, and an empty shape is a single value.
    ///   - checksum: stores the numbers in chunks with a Fletcher-32 sum each, so that every reader detects a flipped bit;
    ///     without it they form one block, which can be read without the library.
    /// - Throws: if the name is taken.
    @discardableResult
    package func write<T: Element>(
        _ name: String, _ values: [T], shape: [Int], checksum: Bool = true
    ) throws(HDF5Error) -> Dataset {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
        return try write(name, values, type: T.kind.type, shape: shape, checksum: checksum)
    }

    /// Creates a dataset of numbers, compressed (shuffled, then deflated) and with checksums, piece by piece along its
    /// first dimension: one piece is in memory at a time.
    ///
    /// - Parameters:
    ///   - shape: of the whole; at least one dimension.
    ///   - piece: returns the numbers of a range of the first dimension, in row-major order; ranges ascend.
    /// - Throws: if the name is taken; what `piece` throws.
    @discardableResult
    package func writeCompressed<T: Element>(
        _ name: String, shape: [Int], piece: (Range<Int>) throws -> [T]
    ) throws -> Dataset {
        precondition(!shape.isEmpty, "a single value has no pieces")
        let path = path(of: name)
        let space = try Dataspace.make(shape: shape, path)
        let creation = try layout(
            shape: shape, elementSize: MemoryLayout<T>.size, checksum: true, isCompressed: true, path)
        let dataset = try create(dataset: name, type: T.kind.type, space, creation)
        guard !shape.contains(0) else { return dataset }
        // Whole chunks, so that none is compressed twice.
        let step = chunkShape(of: shape, elementSize: MemoryLayout<T>.size)[0]
        for start in stride(from: 0, to: shape[0], by: step) {
            let range = start..<min(shape[0], start + step)
            let values = try piece(range)
            let size = [range.count] + shape.dropFirst()
            precondition(size.reduce(1, *) == values.count, "\(values.count) values do not fill \(size)")
            let memory = try Dataspace.make(shape: size, path)
            try Dataspace.select(rows: range, of: shape, in: space, path)
            try Library.call("H5Dwrite", path) {
                H5Dwrite(dataset.handle.id, T.kind.type, memory.id, space.id, chdf5_default(), values)
            }
        }
        return dataset
    }

    /// Creates a column: a dataset of one dimension.
    @discardableResult
    package func write<T: Element>(_ name: String, _ values: [T]) throws(HDF5Error) -> Dataset {
        try write(name, values, shape: [values.count])
    }

    /// Creates a column of fixed-length UTF-8 strings, each padded with zero bytes to the length of the longest.
    /// - Throws: if the name is taken.
    @discardableResult
    package func writeStrings(_ name: String, _ strings: [String]) throws(HDF5Error) -> Dataset {
        let block = TextBlock(strings)
        let type = try StoredType.text(width: block.width, path(of: name))
        return try write(
            name, block.bytes, type: type.handle.id, elementSize: block.width, shape: [strings.count], checksum: true)
    }

    /// All numbers of the dataset `name`, in row-major order, and its shape.
    /// - Throws: if there is no such dataset, or if its numbers do not all fit `type`.
    package func read<T: Element>(_ name: String, as type: T.Type) throws(HDF5Error) -> (values: [T], shape: [Int]) {
        let dataset = try dataset(name)
        return (try dataset.read(as: type), try dataset.shape())
    }

    /// All strings of the dataset `name`.
    /// - Throws: if there is no such dataset, or if it does not hold fixed-length text.
    package func readStrings(_ name: String) throws(HDF5Error) -> [String] { try dataset(name).readStrings() }

    private func write<T: BitwiseCopyable>(
        _ name: String, _ values: [T], type: hid_t, elementSize: Int = MemoryLayout<T>.size, shape: [Int],
        checksum: Bool
    ) throws(HDF5Error) -> Dataset {
        let path = path(of: name)
        let creation = try layout(shape: shape, elementSize: elementSize, checksum: checksum, path)
        let dataset = try create(dataset: name, type: type, Dataspace.make(shape: shape, path), creation)
        if !values.isEmpty {
            try Library.call("H5Dwrite", path) {
                H5Dwrite(
                    dataset.handle.id, type, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(), values)
            }
        }
        return dataset
    }

    private func create(
        dataset name: String, type: hid_t, _ space: Handle, _ creation: Handle
    ) throws(HDF5Error) -> Dataset {
        let path = path(of: name)
        let links = try linkCreation(path)
        return Dataset(
            handle: try Library.make("H5Dcreate", path) {
                chdf5_create_dataset(handle.id, name, type, space.id, links.id, creation.id)
            }, path: path)
    }

    private func layout(
        shape: [Int], elementSize: Int, checksum: Bool, isCompressed: Bool = false, _ path: String
    ) throws(HDF5Error) -> Handle {
        let creation = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_dataset_create_class()) }
        try Library.call("H5Pset_obj_track_times", path) { H5Pset_obj_track_times(creation.id, false) }
        // All values are written at once, so filling the space first would be wasted.
        try Library.call("H5Pset_fill_time", path) { H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER) }
        // A chunk cannot have a size of zero, and a single value has no dimension to divide.
        if checksum, !shape.isEmpty, !shape.contains(0) {
            let chunk = chunkShape(of: shape, elementSize: elementSize).map(hsize_t.init)
            try Library.call("H5Pset_chunk", path) { H5Pset_chunk(creation.id, Int32(chunk.count), chunk) }
            if isCompressed {
                // Shuffling puts bytes of one significance side by side. Most are 0, so the fastest level suffices.
                try Library.call("H5Pset_shuffle", path) { H5Pset_shuffle(creation.id) }
                try Library.call("H5Pset_deflate", path) { H5Pset_deflate(creation.id, 1) }
            }
            // Last, so that the sums cover the bytes on disk.
            try Library.call("H5Pset_fletcher32", path) { H5Pset_fletcher32(creation.id) }
        }
        return creation
    }
}

/// The shape of the chunks in which a dataset is stored and checksummed.
///
/// A chunk is a run of whole rows, or of a part of one row, so it is contiguous in memory and copied at once. Its size is
/// near `target` bytes: large enough to make the cost per chunk negligible, small enough that reading a few rows does not
/// check the whole dataset.
///
/// - Parameters:
///   - shape: the dataset's shape; no dimension is zero.
///   - elementSize: in bytes.
private func chunkShape(of shape: [Int], elementSize: Int, target: Int = 1 << 20) -> [Int] {
    var chunk = shape
    var size = shape.reduce(elementSize, *)
    for axis in shape.indices where size > target {
        let row = size / chunk[axis]
        chunk[axis] = max(1, target / row)
        size = row * chunk[axis]
    }
    return chunk
}
