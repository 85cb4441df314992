/// Strings laid out as HDF5 stores fixed-length text: one field of `width` bytes each, filled up with zeros.
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

    /// Each string's bytes without the zeros that fill them up.
    var fields: [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: width).map { start in
            let field = bytes[start..<start + width]
            let end = field.lastIndex { $0 != 0 }.map { $0 + 1 } ?? start
            return field[start..<end]
        }
    }

    /// The strings without the zeros that fill them up. Bytes that are no UTF-8 become U+FFFD.
    var strings: [String] { fields.map { String(decoding: $0, as: UTF8.self) } }
}
