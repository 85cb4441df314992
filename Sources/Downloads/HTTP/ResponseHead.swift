/// What of a response's head decides where its bytes belong.
///
/// Source: RFC 9110, sections 14 and 15.
package struct ResponseHead: Equatable, Sendable {
    /// What becomes of the bytes that are there already.
    package enum Use: Equatable, Sendable {
        /// The response goes on where they end.
        case append
        /// It begins at the file's beginning: the server knows no ranges, or the file has changed.
        case restart
        /// It is of a range that nobody asked for.
        case refuse
    }

    package private(set) var status = 0
    /// Where the range begins that a 206 brings.
    package private(set) var rangeStart: Int?

    package init() {}

    /// Takes in one line; redirections and interim responses have heads of their own, of which the last counts.
    package mutating func read(_ line: String) {
        if line.hasPrefix("HTTP/") {
            self = ResponseHead()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        } else if let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-range" {
            // bytes 100-199/200
            let range = line[line.index(after: colon)...].split(separator: " ").dropFirst().first
            rangeStart = range?.split(separator: "-").first.flatMap { Int($0) }
        }
    }

    /// - Parameter offset: the first byte that was asked for.
    package func use(askedFrom offset: Int) -> Use {
        guard status == 206 else { return .restart }
        return rangeStart == offset ? .append : .refuse
    }
}
