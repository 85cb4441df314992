import Datasets
import Foundation
import TestSupport
import Testing

/// Tables as a trained model reads them.
@Suite struct TableBlocksTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func read(_ text: String, _ columns: [String]) throws -> (values: [Double], others: [String]) {
        try read(text, columns.map { TableColumn(name: $0, missing: .refused) })
    }

    private func read(_ text: String, _ columns: [TableColumn]) throws -> (values: [Double], others: [String]) {
        let source = CSVSource(path: try folder.write(text, to: "t.csv"), targetKind: .values)
        var blocks = try TableBlocks(source, columns: columns)
        var values: [Double] = []
        while let block = try blocks.next() { values += block.values }
        return (values, blocks.otherColumns)
    }

    @Test func columnsComeInTheModelsOrder() throws {
        let (values, others) = try read("id,b,a\n7,1,2\n8,3,4\n", ["a", "b"])
        #expect(values == [2, 1, 4, 3] && others == ["id"])
    }

    @Test func withoutNamesTheyStandWhereTheyStood() throws {
        #expect(try read("1,2,9\n3,4,9\n", ["0", "1"]).values == [1, 2, 3, 4])
        #expect(try read("x,y,z\n3,4,9\n", ["0", "1"]).values == [3, 4], "a header is skipped")
    }

    /// Unknown categories are -1, missing cells NaN, whatever else the table holds.
    @Test func cellsAreWhatTheModelsColumnsHold() throws {
        let columns = [
            TableColumn(
                name: "town", kind: .category(["Bonn", "Köln"], .oneHot), missing: .category, hasIndicator: true),
            TableColumn(name: "since", kind: .date(format: "%d.%m.%Y")), TableColumn(name: "new", kind: .boolean),
        ]
        let values = try read("new,since,town\nyes,02.01.1970,Köln\n0,,Paris\nFALSE,01.01.1970,\n", columns).values
        #expect(values.map { $0.isNaN ? -9 : $0 } == [1, 1, 1, -1, -9, 0, -9, 0, 0])
        let error = #expect(throws: DatasetError.self) {
            _ = try read("new,since,town\nmaybe,02.01.1970,Bonn\n", columns)
        }
        #expect(error?.description.contains("column new: 'maybe' is no truth value") == true)
    }

    /// Quoted line feeds do not end a row, wherever the file is cut.
    @Test func aLongTableIsReadInPieces() throws {
        let count = 300_000
        var text = "a,\"note\nof two lines\",b\n"
        for row in 0..<count { text += "\(row),\"x\n\(row)\",0.5\n" }
        let (values, others) = try read(text, ["b", "a"])
        #expect(values.count == 2 * count && others == ["note\nof two lines"])
        #expect((0..<count).allSatisfy { values[2 * $0 + 1] == Double($0) && values[2 * $0] == 0.5 })
    }

    @Test(arguments: [
        ("a,c\n1,2\n", "the model's columns b are not there; not the model's are c"),
        ("a,b\n1,2\n3\n", "t.csv:3: the row has 1 cells, but the first has 2"),
        ("a,b\n1,2\n3,\n", "t.csv:3: column b: an empty cell is not to be there, and nothing stands for it"),
        ("a,b\n1,2\n3,red\n", "t.csv:3: column b: 'red' is no number"),
        ("", "the file is empty"),
        ("a,b\n", "t.csv: the file has a header, but no rows"),
    ])
    func whatIsWrongIsNamed(_ text: String, _ words: String) throws {
        let error = #expect(throws: DatasetError.self) { _ = try read(text, ["a", "b"]) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
}
