internal import CHDF5

/// The library's object for a shape.
enum Dataspace {
    static func make(shape: [Int], _ path: String) throws(HDF5Error) -> Handle {
        let dimensions = shape.map(hsize_t.init)
        return try Library.make("H5Screate_simple", path) {
            H5Screate_simple(Int32(dimensions.count), dimensions, nil)
        }
    }

    /// - Throws: also where the file claims more elements than can be counted.
    static func shape(of space: Handle, _ path: String) throws(HDF5Error) -> [Int] {
        let rank = try Library.call("H5Sget_simple_extent_ndims", path) { H5Sget_simple_extent_ndims(space.id) }
        var dimensions = [hsize_t](repeating: 0, count: Int(rank))
        try Library.call("H5Sget_simple_extent_dims", path) {
            H5Sget_simple_extent_dims(space.id, &dimensions, nil)
        }
        let (_, overflow) = dimensions.reduce((hsize_t(MemoryLayout<Double>.size), false)) { product, size in
            let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
            return (next, overflow || product.1 || next > hsize_t(Int.max))
        }
        guard !overflow else {
            throw HDF5Error(
                .malformed, operation: "read a shape", path: path, message: "claims an impossible size, \(dimensions)")
        }
        return dimensions.map(Int.init)
    }
}
