import Charts
import Foundation
import TestSupport
import Testing

struct MarkupTests {
    @Test func everyTextIsEscapedAndComesBack() throws {
        let text = "a < b & \"c\" > 'd' ü 🦊 \n e"
        let source = Markup.tag("t", ["a": "x < y & \"z\""], [.tag("u", text: text)]).source
        let root = try ParsedXML.parse(source)
        #expect(root.attributes == ["a": "x < y & \"z\""])
        #expect(root.named("u").map(\.text) == [text])
        #expect(!source.contains("< b"))
    }

    @Test func whatXMLCannotHoldIsReplaced() throws {
        let root = try ParsedXML.parse(Markup.tag("t", text: "a\u{0}b\u{1B}c\u{FFFF}d").source)
        #expect(root.text == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d")
    }

    @Test func onlyElementsWithoutContentCloseThemselves() {
        #expect(Markup.tag("td").source == "<td></td>")
        #expect(Markup.tag("br").source == "<br/>")
        #expect(Markup.tag("a", ["x": nil as Int?, "y": 1]).source == "<a y=\"1\"></a>")
    }

    @Test(arguments: [(0, "0"), (-0.001, "0"), (1.5, "1.5"), (-2.05, "-2.05"), (0.999, "1"), (100.25, "100.25")])
    func coordinatesAreShort(_ value: Double, _ text: String) {
        #expect(value.attributeText == text)
    }

    @Test(arguments: SeededCases(200))
    func coordinatesAreGoodToAHundredth(_ testCase: SeededCase) throws {
        var random = testCase.random
        let value = Double.random(in: -2000...2000, using: &random)
        #expect(abs(try #require(Double(value.attributeText)) - value) <= 0.0050001, "\(testCase)")
    }
}
