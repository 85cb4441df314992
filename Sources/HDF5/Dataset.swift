internal import CHDF5
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
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
        try readFixedText(storedType()).strings
    }

    /// Whether it holds text, of fixed or of variable length.
    package func holdsText() throws(HDF5Error) -> Bool {
        try storedType().isText
    }

    /// What the integers of an enumeration are called; nothing where it holds none.
    package func memberNames() throws(HDF5Error) -> [Int64: String] {
        try storedType().memberNames(path)
    }

    /// All texts, of fixed or of variable length, without what fills them up.
    /// - Throws: where it holds no text, or bytes that are no UTF-8: replacing them would make different texts alike.
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
            H5Dread(
                handle.id, memory.id, chdf5_whole_dataspace(), chdf5_whole_dataspace(), chdf5_default(), &texts)
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
    private func count() throws(HDF5Error) -> Int {
        try shape().reduce(1, *)
    }
}
