extension FixedWidthInteger {
    /// The number's bytes as most files hold them: the lowest first.
    @inlinable package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension Sequence where Element: FixedWidthInteger {
    /// The bytes of all numbers, one after the other, each with the lowest first.
    @inlinable package var littleEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(underestimatedCount * MemoryLayout<Element>.size)
        for number in self { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        return bytes
    }
}
