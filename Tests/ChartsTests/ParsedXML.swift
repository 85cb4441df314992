import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An element of an XML document, as a parser that knows nothing of Winnow finds it.
final class ParsedXML {
    let name: String
    let attributes: [String: String]
    private(set) var children: [ParsedXML] = []
    /// What stands directly in it.
    private(set) var text = ""

    private init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// - Throws: the parser's error where the source is no well-formed XML.
    static func parse(_ source: String) throws -> ParsedXML {
        let parser = XMLParser(data: Data(source.utf8))
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else {
            throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
        }
        return root
    }

    /// It and all below it, in the document's order.
    var all: [ParsedXML] { [self] + children.flatMap(\.all) }

    /// All elements whose `class` has the words.
    func classed(_ words: String...) -> [ParsedXML] {
        all.filter { element in
            let classes = (element.attributes["class"] ?? "").split(separator: " ").map(String.init)
            return words.allSatisfy(classes.contains)
        }
    }

    func named(_ name: String) -> [ParsedXML] { all.filter { $0.name == name } }

    func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }

    /// A polyline's points.
    var points: [(x: Double, y: Double)] {
        (attributes["points"] ?? "").split(separator: " ").map { pair in
            let parts = pair.split(separator: ",").map { Double($0) ?? .nan }
            return (parts[0], parts[1])
        }
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: ParsedXML?
        private var open: [ParsedXML] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let element = ParsedXML(name, attributes)
            open.last?.children.append(element)
            root = root ?? element
            open.append(element)
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            open.last?.text += text
        }
    }
}
