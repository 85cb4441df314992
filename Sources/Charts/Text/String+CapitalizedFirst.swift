extension String {
    /// As a sentence begins.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
