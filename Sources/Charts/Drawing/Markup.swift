/// A piece of an SVG figure or an HTML page: an element with its contents, or text.
///
/// It writes XML that an HTML parser reads alike: every text and attribute is escaped, and only elements that
/// have no content in HTML or SVG close themselves.
package indirect enum Markup: Hashable, Sendable {
    case element(String, attributes: [Attribute], [Markup])
    case text(String)

    package struct Attribute: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// An element; an attribute whose value is nil is left out.
    package static func tag(
        _ name: String, _ attributes: KeyValuePairs<String, (any AttributeValue)?> = [:], _ content: [Markup] = []
    ) -> Markup {
        let attributes = attributes.compactMap { name, value in
            value.map { Attribute(name: name, value: $0.attributeText) }
        }
        return .element(name, attributes: attributes, content)
    }

    /// An element that holds text alone.
    package static func tag(
        _ name: String, _ attributes: KeyValuePairs<String, (any AttributeValue)?> = [:], text: String
    ) -> Markup {
        tag(name, attributes, [.text(text)])
    }

    /// The source text.
    package var source: String {
        var source = ""
        write(to: &source)
        return source
    }

    private func write(to source: inout String) {
        switch self {
        case .text(let text):
            XMLText.escape(text, to: &source)
        case .element(let name, let attributes, let content):
            source += "<\(name)"
            for attribute in attributes {
                source += " \(attribute.name)=\""
                XMLText.escape(attribute.value, to: &source)
                source += "\""
            }
            guard !content.isEmpty || !Markup.withoutContent.contains(name) else {
                source += "/>"
                return
            }
            source += ">"
            for piece in content { piece.write(to: &source) }
            source += "</\(name)>"
            if Markup.lines.contains(name) { source += "\n" }
        }
    }

    private static let withoutContent: Set = [
        "meta", "br", "wbr", "hr", "rect", "line", "circle", "path", "polyline", "polygon",
    ]
    /// A line break follows these, to keep the source readable.
    private static let lines: Set = [
        "svg", "g", "title", "desc", "tr", "table", "section", "h1", "h2", "h3", "p", "style", "head", "figure", "ul",
        "li", "details", "pre", "text", "header", "main",
    ]
}

/// A value of an attribute.
package protocol AttributeValue {
    var attributeText: String { get }
}

extension String: AttributeValue { package var attributeText: String { self } }
extension Int: AttributeValue { package var attributeText: String { description } }

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

/// The escaping of text in XML and HTML.
enum XMLText {
    /// Appends `text` with its markup characters escaped; characters that XML 1.0 (2.2 Characters) excludes become U+FFFD.
    static func escape(_ text: String, to source: inout String) {
        // Nearly all text is plain, and a page may hold megabytes of it.
        if text.utf8.allSatisfy(isPlain) {
            source += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": source += "&amp;"
            case "<": source += "&lt;"
            case ">": source += "&gt;"
            case "\"": source += "&quot;"
            case "\t", "\n", "\r": source.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": source += "\u{FFFD}"
            default: source.unicodeScalars.append(scalar)
            }
        }
    }

    /// Whether a byte is printable ASCII or a line break without a meaning in markup.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): false
        case 0x20..<0x7F, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
