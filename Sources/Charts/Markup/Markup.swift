/// A piece of an SVG picture or an HTML page: an element with what stands in it, or text.
///
/// What it writes is XML that an HTML parser reads alike: every text and attribute is escaped, and only elements that
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

    /// As it stands in a file.
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
    /// A line break follows these, for whoever reads the source.
    private static let lines: Set = [
        "svg", "g", "title", "desc", "tr", "table", "section", "h1", "h2", "h3", "p", "style", "head", "figure", "ul",
        "li", "details", "pre", "text", "header", "main",
    ]
}
