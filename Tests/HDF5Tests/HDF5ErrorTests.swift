import HDF5
import TestSupport
import Testing

/// What cannot be read says so, and names what it was.
@Suite struct HDF5ErrorTests {
    @Test func missingDatasetIsNamed() throws {
        let root = try File.createInMemory().root
        let error = #expect(throws: HDF5Error.self) { try root.read("best_value", as: Double.self) }
        #expect(error?.path == "/best_value")
        #expect(error?.operation == "H5Dopen")
        #expect(error?.description.contains("/best_value") == true)
        #expect(error?.description.contains("\n") == false)
        guard case .library(let major, let minor) = error?.code else {
            Issue.record("the library's numbers are lost: \(String(describing: error))")
            return
        }
        #expect(major > 0 && minor > 0)
    }

    @Test func missingGroupAndAttributeAreNamed() throws {
        let root = try File.createInMemory().root
        #expect(#expect(throws: HDF5Error.self) { try root.group("trials") }?.path == "/trials")
        #expect(#expect(throws: HDF5Error.self) { try root.attribute("format", as: String.self) }?.path == "/@format")
    }

    @Test func groupIsNoDataset() throws {
        let root = try File.createInMemory().root
        _ = try root.create(group: "trials")
        #expect(throws: HDF5Error.self) { try root.dataset("trials") }
    }

    @Test func nameThatIsTaken() throws {
        let root = try File.createInMemory().root
        try root.write("a", [Float(1)])
        #expect(#expect(throws: HDF5Error.self) { try root.write("a", [Float(1)]) }?.operation == "H5Dcreate")
    }

    @Test func numbersOfAnotherType() throws {
        let root = try reopened { root in
            try root.write("double", [0.1])
            try root.write("int", [Int32(300)])
            try root.writeStrings("text", ["a"])
            try root.setAttribute("list", [Int32(1), 2])
        }
        func code(_ read: () throws -> Void) -> HDF5Error.Code? {
            #expect(throws: HDF5Error.self, performing: read)?.code
        }
        #expect(code { _ = try root.read("double", as: Float.self) } == .wrongType)
        #expect(code { _ = try root.read("int", as: Int8.self) } == .wrongType)
        #expect(code { _ = try root.read("int", as: Double.self) } == .wrongType)
        #expect(code { _ = try root.read("text", as: Int8.self) } == .wrongType)
        #expect(code { _ = try root.readStrings("double") } == .wrongType)
        #expect(code { _ = try root.attribute("list", as: Int32.self) } == .wrongType)
        let error = #expect(throws: HDF5Error.self) { try root.read("double", as: Float.self) }
        #expect(
            error?.description
                == "HDF5: /double: holds 64-bit floating-point numbers, which does not fit (read as float)")
    }

    @Test func missingFile() {
        let error = #expect(throws: HDF5Error.self) { try File.open(at: "/nowhere/study.h5") }
        #expect(error?.path == "/nowhere/study.h5")
        #expect(error?.message.contains("No such file") == true)
    }

    @Test(arguments: [0, 1, 7, 48, 4096]) func garbage(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        #expect(throws: HDF5Error.self) { try File.open(image: bytes) }
    }

    /// A file that was cut off does not open.
    @Test(arguments: SeededCases(40)) func truncated(_ testCase: SeededCase) throws {
        var random = testCase.random
        var image = try someFile()
        let lost = Int.random(in: 1...image.count, using: &random)
        image.removeLast(lost)
        #expect(throws: HDF5Error.self, "\(lost) bytes lost, \(testCase)") { try File.open(image: image) }
    }

    /// A flipped bit is either an error, or stands where nothing is stored; it never changes what is read.
    @Test(arguments: SeededCases(200)) func flippedBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        var image = try someFile()
        let bit = Int.random(in: 0..<8 * image.count, using: &random)
        image[bit / 8] ^= 1 << (bit % 8)
        do {
            let root = try File.open(image: image).root
            #expect(try root.names() == ["column", "weights"], "bit \(bit), \(testCase)")
            #expect(try root.read("weights", as: Float.self).values == weights, "bit \(bit), \(testCase)")
            #expect(try root.readStrings("column") == ["a", "bcd", ""], "bit \(bit), \(testCase)")
        } catch {}
    }

    private let weights = (0..<2000).map { Float($0).squareRoot() }

    private func someFile() throws -> [UInt8] {
        let file = try File.createInMemory()
        try file.root.write("weights", weights, shape: [20, 100])
        try file.root.writeStrings("column", ["a", "bcd", ""])
        return try file.image()
    }
}
