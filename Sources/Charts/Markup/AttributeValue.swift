/// What an attribute of a picture or a page can be set to.
package protocol AttributeValue {
    var attributeText: String { get }
}

extension String: AttributeValue {
    package var attributeText: String { self }
}

extension Int: AttributeValue {
    package var attributeText: String { description }
}

/// A length or a coordinate, to a hundredth: far below what an eye or a printer resolves.
extension Double: AttributeValue {
    package var attributeText: String {
        precondition(isFinite && abs(self) < 1e9, "a coordinate lies somewhere near the picture")
        let hundredths = Int((self * 100).rounded())
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        let sign = hundredths < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        let digits = rest.isMultiple(of: 10) ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
        return "\(sign)\(whole).\(digits)"
    }
}
