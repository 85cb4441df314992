import CHDF5

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
    /// - Throws: if it holds text, or numbers that do not all fit `type`; if a checksum is wrong.
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

    /// The numbers of some rows, the positions along its first dimension, in row-major order.
    ///
    /// - Parameter rows: within its shape, of at least one dimension.
    /// - Throws: as ``read(as:)`` does.
    package func read<T: Element>(rows: Range<Int>, as type: T.Type) throws(HDF5Error) -> [T] {
        try storedType().check(isReadableAs: T.kind, path)
        let whole = try shape()
        precondition(!whole.isEmpty && 0...whole[0] ~= rows.upperBound, "\(path) has no rows \(rows)")
        let size = [rows.count] + whole.dropFirst()
        var values = [T](repeating: .zero, count: size.reduce(1, *))
        guard !values.isEmpty else { return [] }
        let space = try Library.make("H5Dget_space", path) { H5Dget_space(handle.id) }
        let memory = try Dataspace.make(shape: size, path)
        try Dataspace.select(rows: rows, of: whole, in: space, path)
        try Library.call("H5Dread", path) {
            values.withUnsafeMutableBytes {
                H5Dread(handle.id, T.kind.type, memory.id, space.id, chdf5_default(), $0.baseAddress)
            }
        }
        return values
    }

    /// Whether it holds numbers that all fit `type`.
    package func holds<T: Element>(_ type: T.Type) throws(HDF5Error) -> Bool { try storedType().isReadable(as: T.kind) }

    /// Its contents in words: "64-bit integers".
    package func typeDescription() throws(HDF5Error) -> String { try storedType().description }

    /// All strings, without padding.
    /// - Throws: if it holds anything but fixed-length text.
    package func readStrings() throws(HDF5Error) -> [String] { try readFixedText(storedType()).strings }

    /// Whether it holds text, of fixed or of variable length.
    package func holdsText() throws(HDF5Error) -> Bool { try storedType().isText }

    /// The names of an enumeration's integers; empty if it holds no enumeration.
    package func memberNames() throws(HDF5Error) -> [Int64: String] { try storedType().memberNames(path) }

    /// All texts, of fixed or of variable length, without padding.
    /// - Throws: if it holds no text, or bytes that are not UTF-8: replacing them would make different texts equal.
    package func readText() throws(HDF5Error) -> [String] {
        let type = try storedType()
        let texts = try type.isVariableText ? readVariableText(type) : readFixedText(type).fields
        return try texts.enumerated().map { row, bytes throws(HDF5Error) in
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw HDF5Error(
                    .wrongType, operation: "read as text", path: path,
                    message: "row \(row) holds bytes that are no UTF-8")
            }
            return text
        }
    }

    private func readFixedText(_ type: StoredType) throws(HDF5Error) -> TextBlock {
        try type.checkIsText(path)
        var block = TextBlock(width: type.size, count: try count())
        try Library.call("H5Dread", path) {
            block.bytes.withUnsafeMutableBytes {
                H5Dread(
                    handle.id, type.handle.id, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(),
                    $0.baseAddress)
            }
        }
        return block
    }

    private func readVariableText(_ type: StoredType) throws(HDF5Error) -> [ArraySlice<UInt8>] {
        let memory = try Library.make("H5Tget_native_type", path) {
            H5Tget_native_type(type.handle.id, H5T_DIR_ASCEND)
        }
        let space = try Library.make("H5Dget_space", path) { H5Dget_space(handle.id) }
        var texts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: try count())
        guard !texts.isEmpty else { return [] }
        try Library.call("H5Dread", path) {
            H5Dread(handle.id, memory.id, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(), &texts)
        }
        let bytes = texts.map { text in
            text.map { ArraySlice(UnsafeBufferPointer(start: $0, count: strlen($0)).map(UInt8.init(bitPattern:))) }
                ?? []
        }
        try Library.call("H5Dvlen_reclaim", path) { H5Dvlen_reclaim(memory.id, space.id, chdf5_default(), &texts) }
        return bytes
    }

    private func storedType() throws(HDF5Error) -> StoredType {
        try StoredType(Library.make("H5Dget_type", path) { H5Dget_type(handle.id) }, path)
    }

    /// How many elements it has.
    private func count() throws(HDF5Error) -> Int { try shape().reduce(1, *) }
}

/// Dimension scales: datasets that label a dimension of another dataset, as xarray and netCDF read them.
///
/// Source: "HDF5 Dimension Scale Specification and Design Notes", The HDF Group, 2005.
extension Dataset {
    /// Turns this dataset into a scale.
    package func makeScale(name: String) throws(HDF5Error) {
        try Library.call("H5DSset_scale", path) { H5DSset_scale(handle.id, name) }
    }

    /// Attaches `scale` as the labels of `dimension`.
    package func attachScale(_ scale: Dataset, dimension: Int) throws(HDF5Error) {
        try Library.call("H5DSattach_scale", path) { H5DSattach_scale(handle.id, scale.handle.id, UInt32(dimension)) }
    }
}
