/// Bytes that are no JSON, or not in the spelling that ``PortableJSON`` reads.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    /// Of the byte at which reading stopped.
    package let offset: Int

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason), at byte \(offset)" }
}
