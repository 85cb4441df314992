import Datasets
import Foundation
import TestSupport
import Testing

/// Which labels are one class, and in which bytes they may stand.
@Suite struct LabelTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func labels(_ labels: [String]) throws -> Targets {
        let text = "x,kind\n" + labels.map { "1.5,\($0)\n" }.joined()
        return try CSVSource(path: folder.write(text, to: "table.csv"), targetKind: .classes).load(as: "table").targets
    }

    @Test func spellingsOfOneNumberAreOneClass() throws {
        #expect(try labels(["1", "1.0", "0", "1e0", "-0"]) == .classes([1, 1, 0, 1, 0], names: ["0", "1"]))
        #expect(try labels(["0.50", ".5", "2"]) == .classes([0, 0, 1], names: [".5", "2"]))
        #expect(try labels(["07", "7", "10"]) == .classes([0, 0, 1], names: ["7", "10"]))
    }

    @Test func aSpellingThatIsAloneIsTheName() throws {
        #expect(try labels(["1.0", "0.0", "1.0"]) == .classes([1, 0, 1], names: ["0.0", "1.0"]))
        #expect(try labels(["10.0", "9.0"]) == .classes([1, 0], names: ["9.0", "10.0"]))
        #expect(
            try labels(["9007199254740993", "9007199254740992"])
                == .classes([1, 0], names: ["9007199254740992", "9007199254740993"]))
    }

    @Test func numbersAmongTextAreText() throws {
        #expect(try labels(["1", "1.0", "one"]) == .classes([0, 1, 2], names: ["1", "1.0", "one"]))
    }

    @Test func spellingsThatLookAlikeAreOneClass() throws {
        let both = try labels(["caf\u{E9}", "cafe\u{301}", "tea"])
        #expect(both == .classes([0, 0, 1], names: ["caf\u{E9}", "tea"]))
        guard case .classes(_, let names) = try labels(["cafe\u{301}", "tea", "caf\u{E9}"]) else { return }
        #expect(
            names.map { Array($0.utf8) } == ["caf\u{E9}", "tea"].map { Array($0.utf8) }, "in whatever order they come")
    }

    private func read(_ bytes: [UInt8], _ encoding: TextEncoding = .utf8) throws -> Dataset {
        let path = folder.file("table.csv")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try CSVSource(path: path, targetKind: .classes, encoding: encoding).load(as: "table")
    }

    private func message(_ bytes: [UInt8], _ encoding: TextEncoding = .utf8) -> String? {
        let error = #expect(throws: DatasetError.self) { try read(bytes, encoding) }
        return error?.description.replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    /// "Müller" and "Möller", between lines of ASCII.
    private func names(_ letters: [[UInt8]]) -> [UInt8] {
        Array("x,kind\n1,Schmidt\n".utf8) + letters.flatMap { Array("2,M".utf8) + $0 + Array("ller\n".utf8) }
    }

    private let classes = Targets.classes([2, 1, 0], names: ["M\u{F6}ller", "M\u{FC}ller", "Schmidt"])

    @Test func whatIsNoUTF8IsRefusedByItsLine() {
        #expect(
            message(names([[0xFC], [0xF6]]))
                == "FOLDER/table.csv:3: is no UTF-8: it has the byte 0xFC ('\u{FC}' in latin-1); say encoding: "
                + "latin-1, or what "
                + "else it is (utf-16, utf-16-le, utf-16-be, latin-1, windows-1252, mac-roman)")
        #expect(
            message(names([[0xFC], [0x96]]))?.contains("('\u{FC}' in windows-1252); say encoding: windows-1252") == true
        )
        #expect(message(Array("x,kind\r1,a\r2,".utf8) + [0xFC, 0x0D])?.hasPrefix("FOLDER/table.csv:3: ") == true)
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xE2, 0x82],
            [0x80],
        ] as [[UInt8]])
    func illFormedSequences(_ bytes: [UInt8]) {
        #expect(message(names([bytes, bytes + [0x41]]))?.contains(":3: is no UTF-8") == true)
    }

    @Test func everyCharacterOfUTF8IsTaken() throws {
        let letters = ["\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"]
        let data = try read(names(letters.map { Array($0.utf8) }))
        #expect(Set(data.targets.classNames ?? []) == Set(letters.map { "M\($0)ller" } + ["Schmidt"]))
    }

    @Test func encodingsThatAreSaid() throws {
        #expect(try read(names([[0xFC], [0xF6]]), .latin1).targets == classes)
        #expect(try read(names([[0xFC], [0xF6]]), .windows1252).targets == classes)
        #expect(try read(names([[0x9F], [0x9A]]), .macRoman).targets == classes)
        #expect(try read(names([Array("\u{FC}".utf8), Array("\u{F6}".utf8)])).targets == classes)
        #expect(
            try read(names([[0x80], [0x9C]]), .windows1252).targets.classNames == [
                "M\u{153}ller", "M\u{20AC}ller", "Schmidt",
            ])
        #expect(
            message(names([[0x81]]), .windows1252)
                == "FOLDER/table.csv:3: has the byte 0x81, which windows-1252 does not have")
    }

    @Test func sixteenBits() throws {
        let text = String(decoding: names([Array("\u{FC}".utf8), Array("\u{F6}".utf8)]), as: UTF8.self)
        let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        #expect(try read([0xFF, 0xFE] + little, .utf16).targets == classes)
        #expect(try read([0xFE, 0xFF] + big, .utf16).targets == classes)
        #expect(try read(little, .utf16LittleEndian).targets == classes)
        #expect(try read(big, .utf16BigEndian).targets == classes)
        #expect(
            message([0xFF, 0xFE] + little)
                == "FOLDER/table.csv:1: is UTF-16 text: say encoding: utf-16, or write it as UTF-8")
        #expect(message([0xFE, 0xFF] + big)?.contains("is UTF-16 text") == true)
        #expect(message(little)?.hasSuffix("say encoding: utf-16-le") == true)
        #expect(message(big)?.hasSuffix("say encoding: utf-16-be") == true)
        #expect(message([0xFF, 0xFE] + little.dropLast(), .utf16)?.contains("odd number") == true)
    }

    @Test func pricesAreNoClasses() throws {
        let prices = (0..<100).map { "\(100 + $0 * 37 % 100)" }
        #expect(try labels(prices).regressionHint?.contains("100 different numbers in 100 samples") == true)
        #expect(try labels(prices).regressionHint?.contains("task: regression") == true)
        #expect(try labels((0..<40).map { "\(Double($0) + 0.5)" }).regressionHint != nil)
        #expect(try labels((0..<100).map { "\($0 % 20)" }).regressionHint == nil)
        #expect(try labels((0..<200).map { "\($0 % 40)" }).regressionHint == nil, "five of each")
        #expect(try labels((0..<40).map { "\(Double($0 % 10) / 2)" }).regressionHint == nil, "ten marks of a scale")
        #expect(try labels((0..<40).map { "n\($0)" }).regressionHint == nil)
        let path = try folder.write("x,y\n" + prices.map { "1,\($0)\n" }.joined(), to: "prices.csv")
        let data = try CSVSource(path: path, targetKind: .classes).load(as: "prices")
        let error = #expect(throws: DatasetError.self) {
            try Split.make(of: data, .shares(validation: 0.2, test: 0.2), seed: 1)
        }
        #expect(error?.description.contains("say task: regression") == true, "\(String(describing: error))")
    }
}
