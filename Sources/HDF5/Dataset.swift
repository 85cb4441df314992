internal import CHDF5

/// An array of numbers or of fixed-length strings.
package final class Dataset: Object {
    package let handle: Handle
    package let path: String

    init(handle: Handle, path: String) {
        self.handle = handle
        self.path = path
    }

    /// Its size along each dimension, the slowest first; empty for a single value.
    package func shape() throws(HDF5Error) -> [Int] {
        let space = try Library.make("H5Dget_space", path) { H5Dget_space(handle.id) }
        return try Dataspace.shape(of: space, path)
    }

    /// All numbers, in row-major order.
    /// - Throws: where it holds text, or numbers that are not all numbers of `type`; where a checksum does not fit.
    package func read<T: Element>(as type: T.Type) throws(HDF5Error) -> [T] {
        try storedType().check(isReadableAs: T.kind, path)
        var values = [T](repeating: .zero, count: try count())
        try Library.call("H5Dread", path) {
            values.withUnsafeMutableBytes {
                H5Dread(
                    handle.id, T.kind.type, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(),
                    $0.baseAddress)
            }
        }
        return values
    }

    /// Whether it holds numbers that are all numbers of `type`.
    package func holds<T: Element>(_ type: T.Type) throws(HDF5Error) -> Bool {
        try storedType().isReadable(as: T.kind)
    }

    /// What it holds, in words: "64-bit integers".
    package func typeDescription() throws(HDF5Error) -> String {
        try storedType().description
    }

    /// All strings, without what fills them up.
    /// - Throws: where it holds anything but fixed-length text.
    package func readStrings() throws(HDF5Error) -> [String] {
        let type = try storedType()
        try type.checkIsText(path)
        var block = TextBlock(width: type.size, count: try count())
        try Library.call("H5Dread", path) {
            block.bytes.withUnsafeMutableBytes {
                H5Dread(
                    handle.id, type.handle.id, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(),
                    $0.baseAddress)
            }
        }
        return block.strings
    }

    private func storedType() throws(HDF5Error) -> StoredType {
        try StoredType(Library.make("H5Dget_type", path) { H5Dget_type(handle.id) }, path)
    }

    /// How many elements it has.
    private func count() throws(HDF5Error) -> Int {
        try shape().reduce(1, *)
    }
}
