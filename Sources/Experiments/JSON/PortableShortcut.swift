/// A type of which some values are read and written so often that they go around the containers of `Codable`.
///
/// The spelling is the same both ways; a test compares them.
package protocol PortableShortcut: Codable {
    /// - Returns: nil where this value is none of those, and `Codable` shall read it.
    static func read(_ value: JSONValue) -> Self?

    /// - Returns: false, with nothing written, where `Codable` shall write it.
    func write(to writer: inout JSONWriter) -> Bool
}
