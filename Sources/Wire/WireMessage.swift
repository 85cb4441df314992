package import Experiments

/// What one side says to the other, and how it is checked before it is believed.
package protocol WireMessage: PortableShortcut, Hashable, Sendable {
    /// Checks every field; texts for people are cut to one line.
    ///
    /// - Parameter bytes: how many came in the frame beside the header; 0 where there was none.
    /// - Throws: ``WireError`` that names the field.
    mutating func check(bytes: Int) throws(WireError)

    /// The same without what may be left out, for where the header is too long; nil where nothing may.
    var shortened: Self? { get }
}

extension WireMessage {
    package var shortened: Self? { nil }
}
