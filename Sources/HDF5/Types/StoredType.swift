import CHDF5

/// The type of numbers or text in a file.
struct StoredType {
    let handle: Handle
    /// The size of one element in bytes.
    let size: Int
    private let contents: Contents

    private enum Contents {
        case integers(signed: Bool)
        /// Integers with names, such as h5py's booleans.
        case enumeration(signed: Bool)
        case floatingPoint
        case fixedText
        case variableText
        case other
    }

    /// Reads a type that the library has opened.
    init(_ handle: Handle, _ path: String) throws(HDF5Error) {
        self.handle = handle
        size = try Library.call("H5Tget_size", path) {
            let size = H5Tget_size(handle.id)
            return size == 0 ? -1 : size
        }
        switch H5T_class_t(try Library.call("H5Tget_class", path) { H5Tget_class(handle.id).rawValue }) {
        case H5T_INTEGER:
            let sign = try Library.call("H5Tget_sign", path) { H5Tget_sign(handle.id).rawValue }
            contents = .integers(signed: sign == H5T_SGN_2.rawValue)
        case H5T_ENUM:
            let base = try Library.make("H5Tget_super", path) { H5Tget_super(handle.id) }
            let sign = try Library.call("H5Tget_sign", path) { H5Tget_sign(base.id).rawValue }
            contents = .enumeration(signed: sign == H5T_SGN_2.rawValue)
        case H5T_FLOAT:
            contents = .floatingPoint
        case H5T_STRING:
            let variable = try Library.call("H5Tis_variable_str", path) { H5Tis_variable_str(handle.id) }
            contents = variable > 0 ? .variableText : .fixedText
        default:
            contents = .other
        }
    }

    /// Fixed-length UTF-8, padded with zero bytes: the one kind of text that every reader understands.
    static func text(width: Int, _ path: String) throws(HDF5Error) -> StoredType {
        let handle = try Library.make("H5Tcopy", path) { H5Tcopy(chdf5_c_string()) }
        try Library.call("H5Tset_size", path) { H5Tset_size(handle.id, width) }
        try Library.call("H5Tset_cset", path) { H5Tset_cset(handle.id, H5T_CSET_UTF8) }
        try Library.call("H5Tset_strpad", path) { H5Tset_strpad(handle.id, H5T_STR_NULLPAD) }
        return try StoredType(handle, path)
    }

    /// Whether every value of this type is a value of `kind` as well, so that reading never rounds or clips.
    func isReadable(as kind: ElementKind) -> Bool {
        switch contents {
        case .integers(signed: true), .enumeration(signed: true):
            kind.isInteger && kind.isSigned && size <= kind.size
        case .integers(signed: false), .enumeration(signed: false):
            kind.isInteger && (kind.isSigned ? size < kind.size : size <= kind.size)
        case .floatingPoint: !kind.isInteger && size <= kind.size
        case .fixedText, .variableText, .other: false
        }
    }

    /// Throws unless every value of this type is a value of `kind` as well.
    func check(isReadableAs kind: ElementKind, _ path: String) throws(HDF5Error) {
        guard isReadable(as: kind) else {
            throw HDF5Error(
                .wrongType, operation: "read as \(kind)", path: path, message: "holds \(self), which does not fit")
        }
    }

    var isText: Bool {
        switch contents {
        case .fixedText, .variableText: true
        case .integers, .enumeration, .floatingPoint, .other: false
        }
    }

    /// The names of an enumeration's values; none for other types.
    func memberNames(_ path: String) throws(HDF5Error) -> [Int64: String] {
        guard case .enumeration(let isSigned) = contents, size <= 8 else { return [:] }
        let count = try Library.call("H5Tget_nmembers", path) { H5Tget_nmembers(handle.id) }
        var names: [Int64: String] = [:]
        for member in 0..<UInt32(count) {
            var bytes: UInt64 = 0
            try Library.call("H5Tget_member_value", path) { H5Tget_member_value(handle.id, member, &bytes) }
            // The value's bytes come first, the least significant of them first.
            let unused = UInt64(64 - 8 * size)
            let value = isSigned ? Int64(bitPattern: bytes << unused) >> Int64(unused) : Int64(bitPattern: bytes)
            guard let name = Library.locked({ H5Tget_member_name(handle.id, member) }) else { continue }
            names[value] = String(cString: name)
            Library.locked { _ = H5free_memory(name) }
        }
        return names
    }

    var isVariableText: Bool { if case .variableText = contents { true } else { false } }

    /// Throws unless this is fixed-length text.
    func checkIsText(_ path: String) throws(HDF5Error) {
        guard case .fixedText = contents else {
            throw HDF5Error(
                .wrongType, operation: "read as text", path: path, message: "holds \(self), not fixed-length text")
        }
    }
}

extension StoredType: CustomStringConvertible {
    var description: String {
        switch contents {
        case .integers(signed: true): "\(size * 8)-bit integers"
        case .integers(signed: false): "\(size * 8)-bit unsigned integers"
        case .enumeration: "an enumeration"
        case .floatingPoint: "\(size * 8)-bit floating-point numbers"
        case .fixedText: "fixed-length text"
        case .variableText: "text of variable length"
        case .other: "neither numbers nor text"
        }
    }
}

/// Strings in the layout of HDF5's fixed-length text: one field of `width` bytes each, padded with zeros.
struct TextBlock {
    let width: Int
    var bytes: [UInt8]

    /// The fields are as wide as the longest string in UTF-8, and at least 1: the library knows no empty text.
    init(_ strings: [String]) {
        width = max(1, strings.lazy.map(\.utf8.count).max() ?? 1)
        bytes = []
        bytes.reserveCapacity(width * strings.count)
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            bytes.append(contentsOf: repeatElement(0, count: width - string.utf8.count))
        }
    }

    init(width: Int, count: Int) {
        self.width = width
        bytes = [UInt8](repeating: 0, count: width * count)
    }

    /// Each string's bytes without padding.
    var fields: [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: width).map { start in
            let field = bytes[start..<start + width]
            let end = field.lastIndex { $0 != 0 }.map { $0 + 1 } ?? start
            return field[start..<end]
        }
    }

    /// The strings without padding. Bytes that are not UTF-8 become U+FFFD.
    var strings: [String] { fields.map { String(decoding: $0, as: UTF8.self) } }
}

/// The library's object for a shape.
enum Dataspace {
    static func make(shape: [Int], _ path: String) throws(HDF5Error) -> Handle {
        let dimensions = shape.map(hsize_t.init)
        return try Library.make("H5Screate_simple", path) {
            H5Screate_simple(Int32(dimensions.count), dimensions, nil)
        }
    }

    /// Selects rows, positions along the first of the dimensions.
    static func select(rows: Range<Int>, of shape: [Int], in space: Handle, _ path: String) throws(HDF5Error) {
        let origin = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in 0 }
        let size = [hsize_t(rows.count)] + shape.dropFirst().map(hsize_t.init)
        try Library.call("H5Sselect_hyperslab", path) {
            H5Sselect_hyperslab(space.id, H5S_SELECT_SET, origin, nil, size, nil)
        }
    }

    /// - Throws: also if the file claims more elements than an Int can count.
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
