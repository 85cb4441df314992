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
}
