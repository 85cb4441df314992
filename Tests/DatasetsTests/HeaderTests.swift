import Datasets
import TestSupport
import Testing

/// Which first rows are headers, and which columns are none to learn from.
@Suite struct HeaderTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func read(
        _ text: String, target: String? = nil, _ kind: TargetKind = .values, ignore: [String] = [], header: Bool? = nil
    ) throws -> Dataset {
        let path = try folder.write(text, to: "table.csv")
        return try CSVSource(path: path, target: target, targetKind: kind, ignore: ignore, hasHeader: header).load(
            as: "table")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// How many rows are samples.
        let samples: Int
        var isTold = false
        var target: String?
    }

    private static let decimals = "0.5,1.25,-3e1,0.5\n1.5,2.25,3.0,1.0\n"

    static let cases = [
        Case(testDescription: "pandas' names of an array", text: "0,1,2,3\n" + decimals, samples: 2, isTold: true),
        Case(testDescription: "and its index", text: ",0,1,2,3\n0,.5,1.5,2.5,1.5\n1,.5,2.5,.1,.2\n", samples: 2),
        Case(testDescription: "with a byte-order mark", text: "\u{FEFF}0,1,2,3\n" + decimals, samples: 2, isTold: true),
        Case(
            testDescription: "lines that end with CR", text: "0,1,2,3\r0.5,1.25,3.5,0.5\r1.5,2.25,3.0,1.0\r",
            samples: 2,
            isTold: true),
        Case(
            testDescription: "in quotes", text: "\"0\",\"1\",\"2\",\"3\"\n" + decimals, samples: 2, isTold: true),
        Case(
            testDescription: "quotes around small names alone", text: "\"7\",\"1\"\n1,2\n3,4\n", samples: 2,
            isTold: true),
        Case(testDescription: "quotes around everything", text: "\"7\",\"1\"\n\"1\",\"2\"\n\"3\",\"4\"\n", samples: 3),
        Case(testDescription: "years", text: "2019,2020,2021\n1.5,2.5,3.5\n4.5,5.5,6.5\n", samples: 2, isTold: true),
        Case(
            testDescription: "from 1, with whole labels", text: "1,2,3\n1.5,2.5,0\n4.5,5.5,1\n", samples: 2,
            isTold: true),
        Case(
            testDescription: "whole numbers below", text: "0,1,2,3,4\n7,3,9,1,1\n4,4,1,0,0\n", samples: 2, isTold: true),
        Case(testDescription: "text in one column", text: "name,0,1\nx,1.5,2\ny,2.5,3\n", samples: 2, target: "1"),
        Case(testDescription: "samples in ascending order", text: "1,2,3\n4,5,6\n7,8,9\n", samples: 3),
        Case(testDescription: "cells that are counted", text: "0,1,2,3\n4,5,6,7\n8,9,10,11\n", samples: 3),
        Case(testDescription: "a sample of 0 and 1", text: "0,1\n1,1\n1,0\n", samples: 3),
        Case(
            testDescription: "three columns of small numbers", text: "0,1,2\n1,0,2\n2,2,1\n", samples: 3, isTold: true),
        Case(testDescription: "decimals in the first row", text: "0.5,1,2\n1.5,2.5,3.5\n", samples: 2),
        Case(testDescription: "descending", text: "9,8,7\n1.5,2.5,3.5\n", samples: 2),
        Case(testDescription: "labels in the first row as well", text: "5,3,x\n5.5,3.5,y\n", samples: 2),
    ]

    @Test(arguments: cases) func firstRow(_ example: Case) throws {
        let isText = example.text.hasSuffix("y\n")
        let ignore = example.text.hasPrefix("name") ? ["0"] : []
        let table = try read(
            example.text.replacing("x,", with: "1,").replacing("y,", with: "2,"), target: example.target,
            isText ? .classes : .values, ignore: ignore)
        #expect(table.count == example.samples)
        #expect(table.warnings.contains { $0.contains("header: true") } == example.isTold, "\(table.warnings)")
    }

    @Test func itMayBeSaid() throws {
        let text = "0,1,2,3\n0.5,1.25,3.5,0.5\n"
        #expect(try read(text, header: false).count == 2)
        #expect(try read(text, header: false).warnings == [])
        #expect(try read(text, header: true).warnings == [])
        #expect(try read("1,2,3\n4,5,6\n", header: true).featureNames == ["1", "2"])
    }

    @Test func aTableOfSamplesAloneThatBeginWithText() throws {
        let table = try read("a,1,2\nb,3,4\nc,5,6\n", ignore: ["0"])
        #expect(table.count == 3)
        #expect(try read("name,1,2\nb,3,4\nc,5,6\n", target: "2", ignore: ["name"]).count == 2, "as it is named so")
    }

    @Test func anIndexIsTold() throws {
        let rows = (0..<30).map { "\($0),\(Double($0 % 7) / 2),\($0 < 15 ? "x" : "y")" }
        let text = ",a,kind\n" + rows.joined(separator: "\n") + "\n"
        let table = try read(text, .classes)
        #expect(table.featureNames == ["Unnamed: 0", "a"])
        #expect(
            table.warnings == [
                "\(folder.file("table.csv")): column Unnamed: 0: has no name and counts the rows, as the index that "
                    + "pandas "
                    + "writes, and is a feature; leave it out: ignore: ['Unnamed: 0']"
            ])
        let without = try read(text, .classes, ignore: ["Unnamed: 0"])
        #expect(without.featureNames == ["a"])
        #expect(without.warnings == [])
        let named = try read(text.replacing(",a,kind", with: "id,a,kind"), .classes)
        #expect(named.warnings.count == 1 && named.warnings[0].contains("column id: counts the rows"))
        let shuffled = try read("id,a,kind\n" + rows.reversed().joined(separator: "\n") + "\n", .classes)
        #expect(shuffled.warnings == [])
    }
}
