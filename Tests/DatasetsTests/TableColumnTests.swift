import Datasets
import Foundation
import TestSupport
import Testing

/// What columns of a table hold, and the inputs that they become.
@Suite struct TableColumnTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func load(
        _ text: String, columns: [String: ColumnSettings] = [:], dialect: TableDialect = .standard,
        target: String? = nil
    ) throws -> Dataset {
        try CSVSource(
            path: folder.write(text, to: "t.csv"), target: target, targetKind: .values, columns: columns,
            dialect: dialect
        ).load(as: "t")
    }

    /// All rows train, so that what is measured is measured on them.
    private func inputs(_ data: Dataset, training rows: [Int]? = nil, _ scaling: Scaling = .none) throws -> PreparedData
    {
        let all = Array(0..<data.count)
        let split = Split(training: rows ?? all, validation: all, test: all, unlabelled: [])
        return try PreparedData(data, split: split, scaling: scaling)
    }

    @Test func kindsFollowFromTheCells() throws {
        var rows = "name,age,town,alive,born,code,empty,y\n"
        for row in 0..<200 {
            let age = row % 10 == 0 ? "" : "\(20 + row % 50)"
            rows +=
                "Person \(row),\(age),\(["Bonn", "Köln", ""][row % 3]),\(row % 2 == 0),19\(10 + row % 90)-02-0\(1 + row % 9)"
            rows += ",\(row % 5 == 0 ? "A\(row % 4)" : "\(row % 7)"),,\(row)\n"
        }
        let data = try load(rows)
        #expect(data.featureNames == ["age", "town", "alive", "born", "code"])
        #expect(data.columns[0] == TableColumn(name: "age", kind: .number, missing: .median, hasIndicator: true))
        #expect(
            data.columns[1]
                == TableColumn(
                    name: "town", kind: .category(["Bonn", "Köln"], .oneHot), missing: .category, hasIndicator: true))
        #expect(data.columns[2] == TableColumn(name: "alive", kind: .boolean, missing: .mostFrequent))
        #expect(data.columns[3] == TableColumn(name: "born", kind: .date(format: nil)))
        #expect(data.columns[4].inputNames.contains("code=A0") && data.columns[4].inputNames.contains("code=3"))
        #expect(
            data.warnings.contains { $0.contains("column name: has 200 different texts in 200 rows, as names have") })
        #expect(data.warnings.contains { $0.contains("column empty: has no values, and is left out") })
    }

    /// 3, 1 and 8 train: their median is 3, their mean 4.
    static let fills: [(TableColumn.Missing, Float)] = [
        (.median, 3), (.mean, 4), (.value(7), 7), (.mostFrequent, 1),
    ]

    @Test(arguments: fills)
    func missingCellsAreFilledFromTheTrainingPart(_ missing: TableColumn.Missing, _ expected: Float) throws {
        let data = try load("x,y\n3,0\n1,0\n8,0\n,0\n100,0\n", columns: ["x": ColumnSettings(missing: missing)])
        let prepared = try inputs(data, training: [0, 1, 2])
        #expect(prepared.featureNames == ["x", "x is missing"])
        // No training row has an empty cell, so that nothing was learnt of it.
        #expect(prepared.test.features == [3, 0, 1, 0, 8, 0, expected, 0, 100, 0])
        let without = try load(
            "x,y\n3,0\n1,0\n,0\n", columns: ["x": ColumnSettings(missing: missing, indicator: false)])
        #expect(try inputs(without).featureNames == ["x"])
    }

    /// What the training part has never shown changes nothing, and a 0 that says "no" stays 0.
    @Test(arguments: [Scaling.none, .standardize, .minMax])
    func categoriesAreAnInputEach(_ scaling: Scaling) throws {
        let data = try load("c,x,y\nred,1,0\nblue,3,0\n,5,0\ngreen,3,0\n")
        let prepared = try inputs(data, training: [0, 1, 2], scaling)
        #expect(prepared.featureNames == ["c=blue", "c=green", "c=red", "c is missing", "x"])
        let rows = stride(from: 0, to: 20, by: 5).map { Array(prepared.test.features[$0..<$0 + 4]) }
        #expect(rows == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
    }

    @Test func whatIsSaidOfAColumnHolds() throws {
        let data = try load(
            "size,code,day,flag,y\nlow,1,31.12.1970,1,0\nhigh,2,01.01.1970,0,0\nmedium,1.0,02.01.1970,1,0\n",
            columns: [
                "size": ColumnSettings(encoding: .ordinal, categories: ["low", "medium", "high"]),
                "code": ColumnSettings(kind: .category), "day": ColumnSettings(dateFormat: "%d.%m.%Y"),
                "flag": ColumnSettings(kind: .boolean),
            ])
        let prepared = try inputs(data)
        #expect(prepared.featureNames == ["size", "code=1", "code=2", "day", "flag"])
        #expect(prepared.test.features == [0, 1, 0, 364, 1, 2, 0, 1, 0, 0, 1, 1, 0, 1, 1])
    }

    /// Its input is the category's position, whatever the scaling, and the model is told how to take it.
    @Test(arguments: [Scaling.none, .standardize, .minMax])
    func anEmbeddedColumnKeepsItsPositions(_ scaling: Scaling) throws {
        let data = try load(
            "x,c,d,y\n1,blue,u,0\n2,blue,v,0\n3,red,u,0\n5,,w,0\n",
            columns: [
                "c": ColumnSettings(encoding: .embedding(dimensions: nil)),
                "d": ColumnSettings(encoding: .embedding(dimensions: 5)),
            ])
        let prepared = try inputs(data, training: [0, 1], scaling)
        #expect(prepared.featureNames == ["x", "c", "c is missing", "d"])
        let rows = stride(from: 0, to: 16, by: 4).map { Array(prepared.test.features[$0 + 1..<$0 + 4]) }
        #expect(rows == [[0, 0, 0], [0, 0, 1], [1, 0, 0], [-1, 0, 2]])
        #expect(
            prepared.encoder?.embeddings.map { [$0.place, $0.categories, $0.dimensions] } == [[1, 2, 2], [3, 3, 5]])
    }

    @Test func theRarestCategoriesAreNotToldApart() throws {
        let text = "c,y\n" + ["a", "a", "b", "b", "c"].map { "\($0),0\n" }.joined()
        let data = try load(text, columns: ["c": ColumnSettings(maxCategories: 2)])
        #expect(try inputs(data).test.features == [1, 0, 1, 0, 0, 1, 0, 1, 0, 0])
        #expect(data.warnings.contains { $0.contains("column c: has 3 categories, of which the 2 most frequent") })
    }

    @Test func otherTablesAreReadWhereTheyAreDescribed() throws {
        let dialect = TableDialect(
            separator: UInt8(ascii: ";"), decimal: UInt8(ascii: ","), missingValues: ["?", "-9"])
        let data = try load(
            "a;b;y\n1,5;?;0,25\n-9;\"2;x\";1e1\n1234567890,12345678;3;0\n",
            columns: ["b": ColumnSettings(kind: .category)], dialect: dialect)
        #expect(data.targets == .values([0.25, 10, 0]))
        #expect(data.featureNames == ["a", "b"] && data.columns[0].hasIndicator)
        guard case .doubles(let cells) = data.samples else { return #expect(Bool(false), "\(data.samples)") }
        #expect(cells[0] == 1.5 && cells[1].isNaN && cells[2].isNaN && cells[4] == 1_234_567_890.12345678)
    }

    static let mistakes: [([String: ColumnSettings], String)] = [
        (["x": ColumnSettings(kind: .number)], "t.csv:3: column x: 'many' is text in a column of numbers"),
        (["x": ColumnSettings(kind: .boolean)], "t.csv:3: column x: 'many' is no truth value"),
        (["x": ColumnSettings(kind: .date)], "t.csv:2: column x: '1' is no date such as 2026-12-01"),
        (["z": ColumnSettings(kind: .category)], "there is no column z; did you mean x?"),
        (["y": ColumnSettings(kind: .category)], "columns says how it is a feature, but it is the target"),
    ]

    @Test(arguments: mistakes)
    func mistakesAreNamed(_ columns: [String: ColumnSettings], _ words: String) throws {
        let error = #expect(throws: DatasetError.self) { try load("x,y\n1,2\nmany,3\n", columns: columns) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test func anEmptyCellMayBeRefused() throws {
        let error = #expect(throws: DatasetError.self) {
            try load("x,y\n1,2\n,3\n", columns: ["x": ColumnSettings(missing: .refused)])
        }
        #expect(error?.code == .missingValue && error?.line == 3)
    }

    /// Foundation's calendar is the authority.
    @Test(arguments: SeededCases(50)) func datesAreDaysSince1970(_ testCase: SeededCase) throws {
        var random = testCase.random
        let seconds = Int.random(in: -10_000_000_000...10_000_000_000, using: &random)
        let date = Date(timeIntervalSince1970: Double(seconds))
        let zone = TimeZone(secondsFromGMT: 3600 * Int.random(in: -11...12, using: &random))!
        let text = date.formatted(Date.ISO8601FormatStyle(timeZone: zone))
        let data = try load("t,y\n\(text),0\n")
        #expect(data.columns[0].kind == .date(format: nil), "\(text)")
        guard case .doubles(let cells) = data.samples else { return }
        #expect(abs(cells[0] * 86_400 - Double(seconds)) < 1e-3, "\(text), \(testCase)")
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-1-1", "2026-01-01T25:00", "2026-01-01x", "26-01-01"])
    func whatIsNoDateIsACategory(_ text: String) throws {
        guard case .category = try load("t,y\n\(text),0\n2026-01-01,1\n").columns[0].kind else {
            return #expect(Bool(false), "\(text) was taken for a date")
        }
    }
}
