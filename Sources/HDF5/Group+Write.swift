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
        shape: [Int], elementSize: Int, checksum: Bool, _ path: String
    ) throws(HDF5Error) -> Handle {
        let creation = try Library.make("H5Pcreate", path) { H5Pcreate(chdf5_dataset_create_class()) }
        try Library.call("H5Pset_obj_track_times", path) { H5Pset_obj_track_times(creation.id, false) }
        // Every value is written at once, so that filling the space before would be done in vain.
        try Library.call("H5Pset_fill_time", path) { H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER) }
        // Pieces cannot have a size of zero, and a single value has no dimension to cut.
        if checksum, !shape.isEmpty, !shape.contains(0) {
            let chunk = chunkShape(of: shape, elementSize: elementSize).map(hsize_t.init)
            try Library.call("H5Pset_chunk", path) { H5Pset_chunk(creation.id, Int32(chunk.count), chunk) }
            try Library.call("H5Pset_fletcher32", path) { H5Pset_fletcher32(creation.id) }
        }
        return creation
    }
}
