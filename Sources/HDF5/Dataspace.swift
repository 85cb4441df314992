internal import CHDF5

/// The library's object for a shape.
enum Dataspace {
    static func make(shape: [Int], _ path: String) throws(HDF5Error) -> Handle {
        let dimensions = shape.map(hsize_t.init)
        return try Library.make("H5Screate_simple", path) {
            H5Screate_simple(Int32(dimensions.count), dimensions, nil)
        }
    }

    static func shape(of space: Handle, _ path: String) throws(HDF5Error) -> [Int] {
        let rank = try Library.call("H5Sget_simple_extent_ndims", path) { H5Sget_simple_extent_ndims(space.id) }
        var dimensions = [hsize_t](repeating: 0, count: Int(rank))
        try Library.call("H5Sget_simple_extent_dims", path) {
            H5Sget_simple_extent_dims(space.id, &dimensions, nil)
        }
        return try dimensions.map { (size) throws(HDF5Error) in
            guard let size = Int(exactly: size) else {
                throw HDF5Error(.malformed, operation: "read a shape", path: path, message: "its size is absurd")
            }
            return size
        }
    }
}
