import HDF5
import Testing

/// What is written into a file in memory is read back from its bytes.
@Suite struct RoundTripTests {
    @Test(arguments: [[], [1], [7], [3, 5], [0], [0, 4], [4, 0, 2], [2, 1, 3, 5], [300_001], [3, 700_001]])
    func everyShape(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let values = (0..<count).map { Float($0) / 3 }
        for checksum in [true, false] {
            let read = try reopened { root in try root.write("a", values, shape: shape, checksum: checksum) }
                .read("a", as: Float.self)
            #expect(read.shape == shape)
            #expect(read.values == values)
        }
    }

    @Test func everyElementType() throws {
        func check<T: Element & Equatable>(_ values: [T]) throws {
            let root = try reopened { root in
                try root.write("a", values)
                try root.setAttribute("list", values)
                try root.setAttribute("one", values[1])
            }
            #expect(try root.read("a", as: T.self).values == values)
            #expect(try root.attribute("list", as: [T].self) == values)
            #expect(try root.attribute("one", as: T.self) == values[1])
        }
        try check([Int8.min, -1, 0, 1, .max])
        try check([Int32.min, -1, 0, 1, .max])
        try check([-Float.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, 0.1, .infinity])
        try check([-Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, 0.1, .infinity])
    }

    @Test func missingNumbersKeepTheirBits() throws {
        let read = try reopened { root in try root.write("a", [Double.nan, 1]) }.read("a", as: Double.self).values
        #expect(read.map(\.bitPattern) == [Double.nan.bitPattern, Double(1).bitPattern])
    }

    @Test(arguments: [["naïve", "", "数字", "👩‍🔬", "a"], [""], [], ["a b ", "c"]])
    func strings(_ strings: [String]) throws {
        #expect(try reopened { root in try root.writeStrings("s", strings) }.readStrings("s") == strings)
    }

    @Test func attributesOfGroupsAndDatasets() throws {
        let long = String(repeating: "epoch: 3\n", count: 20_000)
        let root = try reopened { root in
            let trials = try root.create(group: "trials")
            try trials.setAttribute("resolved", long)
            try trials.setAttribute("empty", "")
            let column = try trials.write("duration_s", [Double](repeating: 1, count: 3))
            try column.setAttribute("units", "ms")
            try column.setAttribute("units", "seconds")
        }
        let trials = try root.group("trials")
        #expect(try trials.attribute("resolved", as: String.self) == long)
        #expect(try trials.attribute("empty", as: String.self) == "")
        let column = try trials.dataset("duration_s")
        #expect(try column.attribute("units", as: String.self) == "seconds")
        #expect(try column.hasAttribute("units"))
        #expect(try !column.hasAttribute("unit"))
    }

    @Test func groupsAndNames() throws {
        let root = try reopened { root in
            let a = try root.create(group: "a")
            try a.create(group: "inner").write("x", [Int8(1)])
            for name in ["z", "0.weight", "Ä", "b"] { try a.write(name, [Float(1)]) }
        }
        #expect(try root.names() == ["a"])
        #expect(try root.group("a").names() == ["0.weight", "b", "inner", "z", "Ä"])
        #expect(try root.contains("a/inner/x"))
        #expect(try root.contains("/a/inner"))
        #expect(try !root.contains("a/other/x"))
        #expect(try !root.contains("b"))
        #expect(try root.read("a/inner/x", as: Int8.self).values == [1])
        #expect(try root.group("a/inner").path == "/a/inner")
    }

    @Test func equalContentsGiveEqualBytes() throws {
        func image() throws -> [UInt8] {
            let file = try File.createInMemory()
            let group = try file.root.create(group: "g")
            let column = try group.write("column", (0..<1000).map(Float.init))
            let scale = try group.write("row", (0..<1000).map(Int32.init))
            try scale.makeScale(name: "row")
            try column.attachScale(scale, dimension: 0)
            try group.writeStrings("s", ["a", "bcd"])
            try group.setAttribute("k", "v")
            return try file.image()
        }
        #expect(try image() == image())
    }

    @Test func widerTypesReadNarrowerNumbers() throws {
        let root = try reopened { root in
            try root.write("i8", [Int8(-3)])
            try root.write("f32", [Float(0.1)])
        }
        #expect(try root.read("i8", as: Int32.self).values == [-3])
        #expect(try root.read("f32", as: Double.self).values == [Double(Float(0.1))])
    }

    @Test func scaleOfNoRows() throws {
        let root = try reopened { root in
            let scale = try root.write("row", [Int32]())
            try scale.makeScale(name: "row")
            try root.write("loss", [Double]()).attachScale(scale, dimension: 0)
        }
        #expect(try root.read("loss", as: Double.self).shape == [0])
    }
}

/// The root of a file that `build` filled, and that was closed and opened again from its bytes.
func reopened(_ build: (Group) throws -> some Any) throws -> Group {
    let file = try File.createInMemory()
    _ = try build(file.root)
    return try File.open(image: file.image()).root
}
