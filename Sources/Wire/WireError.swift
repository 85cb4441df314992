/// The version of the protocol; both sides must have the same.
package let protocolVersion = 2

/// A message that cannot be read or written.
package struct WireError: Error, Hashable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
