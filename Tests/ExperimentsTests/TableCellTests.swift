import Testing

import Experiments

@Suite struct TableCellTests {
    @Test(arguments: [
        ("", ""), ("plain text", "plain text"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
        ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""), ("a\rb", "\"a\rb\""),
        // A mark that joins the letter before it hides neither a comma nor a quote.
        ("a,\u{301}b", "\"a,\u{301}b\""), ("a\"\u{301}b", "\"a\"\"\u{301}b\""),
    ])
    func aCellIsQuotedWhereItHasTo(_ text: String, is cell: String) {
        #expect(text.tableCell.utf8.elementsEqual(cell.utf8))
    }

    @Test func aSeparatorIsOneCharacter() {
        let no = ["", "\r\n", "\n", "\"", "7", "-", ";;", "\u{E4}"]
        #expect(no.filter { TableFormatDescription.byte(of: $0) != nil } == [])
        #expect([",", ";", "\t", "|", " "].map(TableFormatDescription.byte) == [0x2C, 0x3B, 0x09, 0x7C, 0x20])
    }
}
