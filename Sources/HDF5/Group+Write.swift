internal import CHDF5

extension Group {
    /// Makes a dataset of numbers.
    ///
    /// - Parameters:
    ///   - values: in row-major order.
    ///   - shape: its product is the number of values; a dimension may be zero, and an empty shape is a single value.
    ///   - checksum: stores the numbers in pieces with a Fletcher-32 sum each, so that a flipped bit is an error for
    ///     every reader; without it they stand in one block, which can be read without the library.
    /// - Throws: where the name is taken.
    @discardableResult
    package func write<T: Element>(
        _ name: String, _ values: [T], shape: [Int], checksum: Bool = true
    ) throws(HDF5Error) -> Dataset {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
        return try write(name, values, type: T.kind.type, shape: shape, checksum: checksum)
    }

    /// Makes a dataset of numbers, compressed (shuffled, then deflated) and with checksums, from pieces along its first
    /// dimension: only one of them is in memory at a time.
    ///
    /// - Parameters:
    ///   - shape: of the whole; at least one dimension.
    ///   - piece: gives the numbers of a range of the first dimension, in row-major order; called with ascending ranges.
    /// - Throws: where the name is taken, and what `piece` throws.
    @discardableResult
    package func writeCompressed<T: Element>(
        _ name: String, shape: [Int], piece: (Range<Int>) throws -> [T]
    ) throws -> Dataset {
        precondition(!shape.isEmpty, "a single value has no pieces")
        let path = path(of: name)
        let space = try Dataspace.make(shape: shape, path)
        let links = try linkCreation(path)
        let creation = try layout(
            shape: shape, elementSize: MemoryLayout<T>.size, checksum: true, isCompressed: true, path)
        let handle = try Library.make("H5Dcreate", path) {
            chdf5_create_dataset(self.handle.id, name, T.kind.type, space.id, links.id, creation.id)
        }
        guard !shape.contains(0) else { return Dataset(handle: handle, path: path) }
        // Whole pieces of storage: none is compressed twice.
        let step = chunkShape(of: shape, elementSize: MemoryLayout<T>.size)[0]
        for start in stride(from: 0, to: shape[0], by: step) {
            let range = start..<min(shape[0], start + step)
            let values = try piece(range)
            let size = [range.count] + shape.dropFirst()
            precondition(size.reduce(1, *) == values.count, "\(values.count) values do not fill \(size)")
            let memory = try Dataspace.make(shape: size, path)
            let origin = [hsize_t(start)] + shape.dropFirst().map { _ in 0 }
            try Library.call("H5Sselect_hyperslab", path) {
                H5Sselect_hyperslab(space.id, H5S_SELECT_SET, origin, nil, size.map(hsize_t.init), nil)
            }
            try Library.call("H5Dwrite", path) {
                H5Dwrite(handle.id, T.kind.type, memory.id, space.id, chdf5_default(), values)
            }
        }
        return Dataset(handle: handle, path: path)
    }

    /// Makes a column: a dataset of one dimension.
    @discardableResult
    package func write<T: Element>(_ name: String, _ values: [T]) throws(HDF5Error) -> Dataset {
        try write(name, values, shape: [values.count])
    }

    /// Makes a column of fixed-length UTF-8 strings, each filled up with zero bytes to the length of the longest.
    /// - Throws: where the name is taken.
    @discardableResult
    package func writeStrings(_ name: String, _ strings: [String]) throws(HDF5Error) -> Dataset {
        let block = TextBlock(strings)
        let type = try StoredType.text(width: block.width, path(of: name))
        return try write(
            name, block.bytes, type: type.handle.id, elementSize: block.width, shape: [strings.count], checksum: true)
    }

    /// All numbers of the dataset `name`, in row-major order, and its shape.
    /// - Throws: where there is no such dataset, or where its numbers are not all numbers of `type`.
    package func read<T: Element>(_ name: String, as type: T.Type) throws(HDF5Error) -> (values: [T], shape: [Int]) {
        let dataset = try dataset(name)
        return (try dataset.read(as: type), try dataset.shape())
    }

    /// All strings of the dataset `name`.
    /// - Throws: where there is no such dataset, or where it does not hold fixed-length text.
    package func readStrings(_ name: String) throws(HDF5Error) -> [String] {
        try dataset(name).readStrings()
    }

    private func write<T: BitwiseCopyable>(
        _ name: String, _ values: [T], type: hid_t, elementSize: Int = MemoryLayout<T>.size, shape: [Int],
        checksum: Bool
    ) throws(HDF5Error) -> Dataset {
        let path = path(of: name)
        let space = try Dataspace.make(shape: shape, path)
        let links = try linkCreation(path)
        let creation = try layout(shape: shape, elementSize: elementSize, checksum: checksum, path)
        let handle = try Library.make("H5Dcreate", path) {
            chdf5_create_dataset(self.handle.id, name, type, space.id, links.id, creation.id)
        }
        let dataset = Dataset(handle: handle, path: path)
        if !values.isEmpty {
            try Library.call("H5Dwrite", path) {
                H5Dwrite(
                    handle.id, type, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(), values)
            }
        }
        return dataset
    }

    private func layout(
        shape: [Int], elementSize: Int, checksum: Bool, isCompressed: Bool = false, _ path: String
    ) throws(HDF5Error) -> Handle {
        let creation = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_dataset_create_class()) }
        try Library.call("H5Pset_obj_track_times", path) { H5Pset_obj_track_times(creation.id, false) }
        // Every value is written at once, so that filling the space before would be done in vain.
        try Library.call("H5Pset_fill_time", path) { H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER) }
        // Pieces cannot have a size of zero, and a single value has no dimension to cut.
        if checksum, !shape.isEmpty, !shape.contains(0) {
            let chunk = chunkShape(of: shape, elementSize: elementSize).map(hsize_t.init)
            try Library.call("H5Pset_chunk", path) { H5Pset_chunk(creation.id, Int32(chunk.count), chunk) }
            if isCompressed {
                // Bytes of one significance lie side by side then: most of them are 0, and the fastest level will do.
                try Library.call("H5Pset_shuffle", path) { H5Pset_shuffle(creation.id) }
                try Library.call("H5Pset_deflate", path) { H5Pset_deflate(creation.id, 1) }
            }
            // Last, so that what is summed is what stands on the disk.
            try Library.call("H5Pset_fletcher32", path) { H5Pset_fletcher32(creation.id) }
        }
        return creation
    }
}
