internal import CArchive

/// The arrays of a file that NumPy's `savez` or `savez_compressed` wrote.
///
/// Source: `numpy.lib.format`, "Format Version 1.0" to "3.0"; a .npz is a zip archive of .npy files.
struct NPZArchive {
    let arrays: [String: NPYArray]
    /// Of the file's bytes.
    let digest: String

    /// - Throws: where the file is no such archive, or an array is of a kind that is not read.
    init(path: String) throws(DatasetError) {
        let bytes = try FileBytes.contents(of: path)
        digest = FileListDigest.digest(of: bytes)
        // The library keeps the pointer until it is freed, so all calls are in here.
        arrays = try bytes.withUnsafeBufferPointer { (bytes) throws(DatasetError) in
            try Self.arrays(in: UnsafeRawBufferPointer(bytes), path)
        }
        guard !arrays.isEmpty else { throw Self.unreadable(path, "it holds no array") }
    }

    private static func arrays(
        in bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(DatasetError) -> [String: NPYArray] {
        guard let handle = archive_read_new() else { throw unreadable(path, "there is no memory to read it") }
        defer { archive_read_free(handle) }
        func check(_ code: Int32) throws(DatasetError) {
            guard code != ARCHIVE_OK, code != ARCHIVE_WARN else { return }
            throw unreadable(path, archive_error_string(handle).map { String(cString: $0) } ?? "no zip archive")
        }
        try check(archive_read_support_format_zip(handle))
        try check(archive_read_open_memory(handle, bytes.baseAddress, bytes.count))
        var arrays: [String: NPYArray] = [:]
        while true {
            var entry: OpaquePointer?
            let code = archive_read_next_header(handle, &entry)
            if code == ARCHIVE_EOF { return arrays }
            try check(code)
            let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
            guard name.hasSuffix(".npy") else { continue }
            let array = String(name.dropLast(4))
            arrays[array] = try NPYArray(contents(handle, path), name: "\(path): \(array)")
        }
    }

    private static func contents(_ handle: OpaquePointer, _ path: String) throws(DatasetError) -> [UInt8] {
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = archive_read_data(handle, &piece, piece.count)
            guard count >= 0 else {
                throw unreadable(path, archive_error_string(handle).map { String(cString: $0) } ?? "it is damaged")
            }
            if count == 0 { return contents }
            contents += piece[..<count]
        }
    }

    private static func unreadable(_ path: String, _ reason: String) -> DatasetError {
        DatasetError(.wrongFormat, in: path, "cannot be read as a .npz: \(reason)")
    }
}

/// One array: its shape, and its numbers or texts, row-major.
struct NPYArray {
    let shape: [Int]
    let values: Values

    enum Values {
        case bytes([UInt8])
        case words([UInt16])
        /// Whole numbers and truth values.
        case integers([Int64])
        case floats([Float])
        case doubles([Double])
        case texts([String])
    }

    /// - Parameter name: for errors.
    init(_ file: [UInt8], name: String) throws(DatasetError) {
        func fail(_ reason: String) -> DatasetError { DatasetError(.wrongFormat, in: name, reason) }
        guard file.starts(with: [0x93] + Array("NUMPY".utf8)), file.count >= 12 else {
            throw fail("is no array of NumPy")
        }
        let size = file[6] == 1 ? 2 : 4
        let length = (0..<size).reversed().reduce(0) { $0 << 8 | Int(file[8 + $1]) }
        let start = 8 + size + length
        guard start <= file.count else { throw fail("is cut off") }
        let header = String(decoding: file[(8 + size)..<start], as: UTF8.self)
        func text(of key: String) -> Substring? {
            guard let place = header.range(of: "'\(key)': ") else { return nil }
            return header[place.upperBound...]
        }
        guard let type = text(of: "descr")?.dropFirst().prefix(while: { $0 != "'" }),
            let dimensions = text(of: "shape")?.dropFirst().prefix(while: { $0 != ")" }),
            let order = text(of: "fortran_order")
        else { throw fail("has a header that cannot be read, or a type of several fields") }
        guard order.hasPrefix("False") else {
            throw fail("is stored column by column: save numpy.ascontiguousarray of it")
        }
        shape = dimensions.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
        let (count, overflows) = shape.reduce((1, false)) { product, size in
            let (value, overflow) = product.0.multipliedReportingOverflow(by: size)
            return (value, product.1 || overflow || size < 0)
        }
        guard let width = Self.width(of: type), !overflows, count <= (file.count - start) / max(width, 1) else {
            throw fail("is cut off, or of the type \(type), which is not read")
        }
        let body = file[start..<start + count * width]
        func numbers<Number: FixedWidthInteger>(_: Number.Type) -> [Number] {
            body.withUnsafeBytes { bytes in
                (0..<count).map {
                    Number(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self))
                }
            }
        }
        switch type.dropFirst() {
        case "u1": values = .bytes(Array(body))
        case "b1": values = .integers(body.map { Int64($0) })
        case "i1": values = .integers(numbers(Int8.self).map { Int64($0) })
        case "u2": values = .words(numbers(UInt16.self))
        case "i2": values = .integers(numbers(Int16.self).map { Int64($0) })
        case "i4": values = .integers(numbers(Int32.self).map { Int64($0) })
        case "u4": values = .integers(numbers(UInt32.self).map { Int64($0) })
        case "i8": values = .integers(numbers(Int64.self))
        case "u8": values = .integers(numbers(UInt64.self).map { Int64(clamping: $0) })
        case "f4": values = .floats(numbers(UInt32.self).map { Float(bitPattern: $0) })
        case "f8": values = .doubles(numbers(UInt64.self).map { Double(bitPattern: $0) })
        default:
            // Fixed-width texts: of one byte a character, or of UCS-4, filled with zeros.
            let isWide = type.dropFirst().hasPrefix("U")
            values = .texts(
                (0..<count).map { index in
                    let cell = body.dropFirst(index * width).prefix(width)
                    guard isWide else { return String(decoding: cell.prefix { $0 != 0 }, as: UTF8.self) }
                    let scalars = stride(from: cell.startIndex, to: cell.endIndex, by: 4).map { place in
                        (0..<4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(cell[place + $1]) }
                    }
                    return String(
                        String.UnicodeScalarView(scalars.prefix { $0 != 0 }.compactMap { Unicode.Scalar($0) }))
                })
        }
    }

    /// Its numbers, whatever their type.
    ///
    /// - Throws: where it holds texts.
    func numbers(_ name: String) throws(DatasetError) -> [Double] {
        switch values {
        case .bytes(let values): values.map(Double.init)
        case .words(let values): values.map(Double.init)
        case .integers(let values): values.map(Double.init)
        case .floats(let values): values.map(Double.init)
        case .doubles(let values): values
        case .texts: throw DatasetError(.wrongFormat, in: name, "holds texts, where numbers are expected")
        }
    }

    /// Bytes of a value; nil for a type that is not read.
    private static func width(of type: Substring) -> Int? {
        guard let order = type.first, "<|=".contains(order) else { return nil }
        let kind = type.dropFirst()
        let sizes = [
            "u1": 1, "b1": 1, "i1": 1, "u2": 2, "i2": 2, "u4": 4, "i4": 4, "u8": 8, "i8": 8, "f4": 4, "f8": 8,
        ]
        if let size = sizes[String(kind)] { return size }
        guard let length = Int(kind.dropFirst()), 1...1 << 16 ~= length else { return nil }
        return kind.hasPrefix("U") ? 4 * length : kind.hasPrefix("S") ? length : nil
    }
}

extension String {
    /// The range of the first `part`.
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
