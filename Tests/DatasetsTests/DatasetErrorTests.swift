import Datasets
import TestSupport
import Testing

/// Every mistake in a data file, by name: the code says which it is, and the line tells where.
@Suite struct DatasetErrorTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var kind = TargetKind.values
        var target: String?
        var ignore: [String] = []
        var shape: [Int]?
        let code: DatasetError.Code
        /// What follows the file's path.
        let says: String

        var testDescription: String { name }
    }

    static let mistakes = [
        Mistake(name: "empty file", text: "", code: .emptyFile, says: ": the file is empty"),
        Mistake(name: "only blank lines", text: "\n\n", code: .emptyFile, says: ": the file has no rows"),
        Mistake(name: "only a header", text: "a,b\n", code: .emptyFile, says: ": the file has a header, but no rows"),
        Mistake(
            name: "short row", text: "a,b,y\n1,2,3\n\n4,5\n", code: .raggedRow,
            says: ":4: the row has 2 cells, but the first has 3"),
        Mistake(
            name: "short row after a cell of two lines", text: "a,b,c\n\"x\ny\",2,3\n1,2\n", ignore: ["a"],
            code: .raggedRow,
            says: ":4: the row has 2 cells, but the first has 3"),
        Mistake(
            name: "long row", text: "1,2\n1,2,\n", code: .raggedRow,
            says: ":2: the row has 3 cells, but the first has 2"),
        Mistake(
            name: "open quote", text: "a,b\n1,2\n\"3,4\n", code: .badQuote,
            says: ":3: a quote is opened and never closed"),
        Mistake(
            name: "text after a quote", text: "a,b\n\"1\"0,2\n", code: .badQuote,
            says: ":2: text follows a closing quote"),
        Mistake(
            name: "misspelled target", text: "RM,Price\n1,2\n", target: "Pryce", code: .missingTarget,
            says: ":1: there is no column Pryce; did you mean Price?"),
        Mistake(
            name: "unknown target", text: "RM,Price\n1,2\n", target: "weight", code: .missingTarget,
            says: ":1: there is no column weight; the columns are RM, Price"),
        Mistake(
            name: "target by name without a header", text: "1,2\n3,4\n", target: "Price", code: .missingTarget,
            says: ":1: there is no column Price: the file has no header, and its columns are 0 to 1"),
        Mistake(
            name: "target beyond the columns", text: "1,2\n3,4\n", target: "2", code: .missingTarget,
            says: ":1: there is no column 2: the file has no header, and its columns are 0 to 1"),
        Mistake(
            name: "unknown ignored column", text: "id,x,y\n1,2,3\n", ignore: ["idd"], code: .unknownColumn,
            says: ":1: there is no column idd; did you mean id?"),
        Mistake(
            name: "target twice", text: "x,y,y\n1,2,3\n", target: "y", code: .ambiguousColumn,
            says: ":1: column y: stands in the header twice"),
        Mistake(
            name: "nothing but a target", text: "id,y\n1,2\n", ignore: ["id"], code: .noFeatures,
            says: ":1: no column is left for features beside the target and those ignored"),
        Mistake(
            name: "one cell a row", text: "a b\n1 2\n", code: .noFeatures,
            says: ":1: the rows have one cell; cells are separated by commas"),
        Mistake(
            name: "text in a feature", text: "x,y\n1,2\nmany,3\n", code: .textInNumberColumn,
            says: ":3: column x: 'many' is text in a column of numbers; take it for an empty cell: missing_values: "
                + "['many'], take the column for categories: columns: {x: {kind: category}}, or leave it out: ignore: [x]"
        ),
        Mistake(
            name: "number with something after it", text: "x,y\n1,2\n1.5kg,3\n", code: .textInNumberColumn,
            says: ":3: column x: '1.5kg' is text in a column of numbers; take it for an empty cell: missing_values: "
                + "['1.5kg'], take the column for categories: columns: {x: {kind: category}}, or leave it out: "
                + "ignore: [x]"),
        Mistake(
            name: "text in a target of numbers", text: "1,2\n3,dear\n", code: .textInNumberColumn,
            says: ":2: column 1: 'dear' is text in a column of numbers"),
        Mistake(
            name: "NaN in a target", text: "x,y\n1,2\n2,NaN\n", code: .missingValue,
            says: ":3: column y: 'NaN' is no finite number"),
        Mistake(
            name: "infinity", text: "x,y\n1,-inf\n", code: .outOfRange,
            says: ":2: column y: '-inf' is no finite number"),
        Mistake(
            name: "infinity in a feature", text: "x,y\ninf,1\n", code: .outOfRange,
            says: ":2: column x: 'inf' is no finite number"),
        Mistake(
            name: "nothing but empty cells", text: "x,y\n,2\n,3\n", code: .noFeatures,
            says: ": no column is left for features beside those left out"),
        Mistake(
            name: "missing label", text: "x,kind\n1,a\n2,\n", kind: .classes, code: .missingValue,
            says: ":3: column kind: an empty cell is no class"),
        Mistake(
            name: "too large", text: "x,y\n1e39,2\n", code: .outOfRange,
            says: ":2: column x: '1e39' is too large for a Float"),
        Mistake(
            name: "one class", text: "x,kind\n1,a\n2,a\n", kind: .classes, code: .oneClass,
            says: ": column kind: every row is of the class a; there is nothing to tell apart"),
        Mistake(
            name: "shape", text: "1,2,3,4\n", shape: [1, 2, 2], code: .sampleShape,
            says: ": has 3 features, but a sample of shape 1x2x2 takes 4"),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
        let path = try folder.write(mistake.text, to: "table.csv")
        let source = CSVSource(
            path: path, target: mistake.target, targetKind: mistake.kind, ignore: mistake.ignore,
            sampleShape: mistake.shape)
        let error = #expect(throws: DatasetError.self) { try source.load(as: "table") }
        #expect(error?.code == mistake.code)
        #expect(error?.description == path + mistake.says)
    }

    @Test func missingFile() throws {
        let path = folder.file("nothing.csv")
        let error = #expect(throws: DatasetError.self) { try CSVSource(path: path, targetKind: .values).load(as: "x") }
        #expect(error?.code == .missingFile)
        #expect(error?.description == "\(path): there is no such file")
    }

    @Test func folderInsteadOfAFile() throws {
        let error = #expect(throws: DatasetError.self) {
            try CSVSource(path: folder.path, targetKind: .values).load(as: "x")
        }
        #expect(error?.description == "\(folder.path): is a folder, where a file is expected")
    }

    @Test func downloadsAreLookedIntoLast() throws {
        let downloads = try #require(DataLibrary.downloads, "somebody without a home runs the tests")
        #expect(downloads.hasSuffix("/winnow"))
        #expect(DataLibrary.standard.folders.last == downloads)
    }

    @Test func missingBuiltIn() throws {
        let library = DataLibrary(folders: ["/nowhere", folder.path])
        let error = #expect(throws: DatasetError.self) { try DataSource.housing.load(from: library) }
        #expect(error?.code == .missingFile)
        #expect(
            error?.description
                == "boston.csv: is in none of /nowhere, \(folder.path); set WINNOW_DATA to the folder that has it")
    }
}
