extension String {
    /// The text as a cell of a CSV table that Winnow writes: in quotes where it would otherwise end the cell.
    ///
    /// Source: RFC 4180.
    package var tableCell: String {
        let endsCell = unicodeScalars.contains { $0 == "," || $0 == "\"" || Character($0).isNewline }
        guard endsCell else { return self }
        let parts = unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"\(parts.map(String.init).joined(separator: "\"\""))\""
    }
}
