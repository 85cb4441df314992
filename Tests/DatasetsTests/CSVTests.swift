import Datasets
import TestSupport
import Testing

/// What a CSV file may look like, and what is read from it.
@Suite struct CSVTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func read(
        _ text: String, target: String? = nil, _ kind: TargetKind = .values, ignore: [String] = [],
        shape: [Int]? = nil
    ) throws -> Dataset {
        let path = try folder.write(text, to: "table.csv")
        return try CSVSource(path: path, target: target, targetKind: kind, ignore: ignore, sampleShape: shape)
            .load(as: "table")
    }

    @Test(arguments: [
        "a,b,y\n1,2,3\n4,5,6\n", "a,b,y\n1,2,3\n4,5,6", "a,b,y\r\n1,2,3\r\n4,5,6\r\n", "a,b,y\r1,2,3\r4,5,6\r",
        "\n\na,b,y\n\n1,2,3\n\n4,5,6\n\n\n", "\u{FEFF}a,b,y\n1,2,3\n4,5,6\n",
        "\"a\",\"b\",y\n\"1\",2,\"3\"\n4,\"5\",6\n",
        " a, b ,y\n 1,\t2 , 3\n4,5,6\n",
    ])
    func sameTable(text: String) throws {
        let table = try read(text)
        #expect(table.featureNames == ["a", "b"])
        #expect(table.floats == [1, 2, 4, 5])
        #expect(table.targets == .values([3, 6]))
        #expect(table.sampleShape == [2])
    }

    @Test func tableWithoutHeader() throws {
        let table = try read("1,2,3\n4,5,6\n", target: "0", ignore: ["1"])
        #expect(table.featureNames == ["2"])
        #expect(table.floats == [3, 6])
        #expect(table.targets == .values([1, 4]))
    }

    @Test func columnsByName() throws {
        let table = try read("id,x,price,z\nrow 1,2,3,4\nrow 2,6,7,8\n", target: "price", ignore: ["id"])
        #expect(table.featureNames == ["x", "z"])
        #expect(table.floats == [2, 4, 6, 8])
        #expect(table.targets == .values([3, 7]))
    }

    @Test func quotedCells() throws {
        let table = try read("\"a, \"\"b\"\"\",\"two\nlines\",kind\n1,2,\"x, \"\"y\"\"\"\n3,4,z\n", .classes)
        #expect(table.featureNames == ["a, \"b\"", "two\nlines"])
        #expect(table.targets == .classes([0, 1], names: ["x, \"y\"", "z"]))
    }

    @Test func integerLabelsAreSortedAsNumbers() throws {
        let table = try read("1,10\n1,9\n1,10\n1,-2\n", .classes)
        #expect(table.targets == .classes([2, 1, 2, 0], names: ["-2", "9", "10"]))
    }

    @Test func textLabelsAreSortedByCharacters() throws {
        let table = try read("x,kind\n1,setosa\n2,10\n3,9\n", .classes)
        #expect(table.targets == .classes([2, 0, 1], names: ["10", "9", "setosa"]))
    }

    @Test(arguments: ["1,setosa\n2,virginica\n", "x,kind\n1,setosa\n2,virginica\n"])
    func labelOfTheFirstSampleIsNoHeader(text: String) throws {
        #expect(try read(text, .classes).targets == .classes([0, 1], names: ["setosa", "virginica"]))
    }

    @Test func headerOfNumbersWithANamedTarget() throws {
        let table = try read("0,1,label\n5,6,1\n7,8,0\n", target: "label", .classes)
        #expect(table.featureNames == ["0", "1"])
        #expect(table.count == 2)
    }

    @Test func shapeOfASample() throws {
        #expect(try read("1,2,3,4,0\n5,6,7,8,1\n", .classes, shape: [1, 2, 2]).sampleShape == [1, 2, 2])
    }

    /// Every number is the Float nearest to the Double nearest to its text, as the standard library reads it.
    @Test(arguments: SeededCases(20))
    func numbersAreRoundedRightly(_ testCase: SeededCase) throws {
        var random = testCase.random
        var texts = ["0", "-0", "+7", ".5", "5.", "1e5", "1E-5", "-1.5e+3", "0.1", "123456789012345678901234567890"]
        texts += ["9007199254740993", "1e-46", "1e-400", "0.000000000000000000000000000001", "3.4028234e38"]
        for _ in 0..<500 {
            let digits = String(UInt64.random(in: 0...UInt64.max, using: &random)).prefix(
                Int.random(in: 1...20, using: &random))
            let point = Int.random(in: 0...digits.count, using: &random)
            let exponent = Int.random(in: -45...18, using: &random)
            let sign = Bool.random(using: &random) ? "-" : ""
            texts.append(
                sign + digits.prefix(point) + "." + digits.dropFirst(point)
                    + (Bool.random(using: &random) ? "e\(exponent)" : ""))
        }
        // Where an error in the Double's last bit would show: halfway between two Floats.
        for _ in 0..<500 {
            let float = Float.random(in: 0.001...1000, using: &random)
            texts.append("\((Double(float) + Double(float.nextUp)) / 2)")
        }
        let table = try read(texts.map { "\($0),1\n" }.joined())
        for (text, value) in zip(texts, table.floats) {
            let expected = try #require(Double(text), "\(text) is no number to the standard library")
            #expect(value.bitPattern == Float(expected).bitPattern, "\(text), \(testCase)")
        }
        #expect(table.floats.count == texts.count)
    }

    @Test func digestIsThatOfTheFile() throws {
        // Of "1,2\n3,4\n", by sha256sum.
        #expect(try read("1,2\n3,4\n").digest == "96bbd5de61f36b0e10c5771d180998d066192e8986aa34a8cb7c453f62959274")
    }
}
