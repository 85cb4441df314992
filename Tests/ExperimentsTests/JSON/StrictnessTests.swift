import Experiments
import TestSupport
import Testing

/// What is not in the spelling is refused, and nothing traps.
struct StrictnessTests {
    private static let malformed: [String] = [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{1:2}", "nul",
        "nulll", "tru", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1.e3", "1e", "1e+", "0x10",
        "1 2", "{} {}", "[1]]", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "\"\\u", "'a'",
        "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"a\nb\"", "\"\u{0}\"", "[1;2]",
        "{\"kind\":\"epoch\",\"kind\":\"epoch\"}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":1,\"a\":2,\"b\":3}", "// a",
        "\u{FEFF}1", "\u{C}1", "[1,\u{B}2]", "\"\\ud800\\tdc00\"", "\"\\udc00\\udc00\"",
    ]

    @Test(arguments: malformed)
    func refusesWhatIsNoDocument(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(bytes) }
        #expect(error?.description == "not UTF-8, at byte 1")
    }

    @Test func refusesDepthAbove64() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONDocument(nested(64))
        #expect(throws: JSONError.self) { try JSONDocument(nested(65)) }
        #expect(throws: JSONError.self) { try JSONDocument(nested(1_000_000)) }
    }

    @Test(arguments: ["1e400", "-1e400", "\"infinity\"", "\"NaN\"", "true", "null", "[]"])
    func refusesWhatIsNoDouble(text: String) {
        #expect(throws: DecodingError.self) { try PortableJSON.decode([Double].self, from: Array("[\(text)]".utf8)) }
    }

    @Test(
        arguments: [
            "9223372036854775808", "-9223372036854775809", "1e30", "1.5", "\"1\"", "1e400", "1e-1", "1e-400",
            "9.223372036854775808e18", "-922337203685477580.9e1", "1.05e1", "1e99999999999999999999",
        ])
    func refusesWhatIsNoInteger(text: String) {
        #expect(throws: DecodingError.self) { try PortableJSON.decode([Int].self, from: Array("[\(text)]".utf8)) }
    }

    @Test func readsIntegersOfEverySpelling() throws {
        let text = "[-9223372036854775808, 9223372036854775807, 1.0, 2e3, -0, 0.00, 0e99999999999999999999, 150E-1]"
        #expect(try PortableJSON.decode([Int].self, from: Array(text.utf8)) == [.min, .max, 1, 2_000, 0, 0, 0, 15])
        // As a Double they would be other ones.
        let large = "[5.753229923216043e+17, 9223372036854775807.0, -9.223372036854775808e18, 9007199254740993e0]"
        #expect(
            try PortableJSON.decode([Int].self, from: Array(large.utf8))
                == [575_322_992_321_604_300, .max, .min, 9_007_199_254_740_993])
        #expect(try PortableJSON.decode([UInt64].self, from: Array("[18446744073709551615]".utf8)) == [.max])
        #expect(throws: DecodingError.self) { try PortableJSON.decode([UInt8].self, from: Array("[256]".utf8)) }
    }

    /// Cut and spoilt at every byte, a record is read as itself, as another one, or refused; never is there a trap.
    @Test(arguments: SeededCases(50))
    func spoiltRecordsDoNotTrap(_ testCase: SeededCase) throws {
        var random = testCase.random
        let id = AttemptID(trial: 0, attempt: 1)
        let records: [JournalRecord] = [.study, .trial(0), .epoch(id, 1, loss: 0.1), .finish(id, .failed)]
        for record in records {
            let bytes = try PortableJSON.encode(record)
            for length in bytes.indices {
                #expect(throws: (any Error).self) {
                    try PortableJSON.decode(JournalRecord.self, from: Array(bytes.prefix(length)))
                }
                var spoilt = bytes
                spoilt[length] = UInt8.random(in: 0...255, using: &random)
                _ = try? PortableJSON.decode(JournalRecord.self, from: spoilt)
            }
        }
    }

    /// A megabyte of what is dearest to read takes no longer than a megabyte of anything else.
    @Test(arguments: ["{\"a\":[", "\"\\u0061", "[[", "{\"kind\":0,", "1", "-", "\\"])
    func longInputIsReadInOnePass(piece: String) {
        var clock = ProcessorClock()
        _ = try? JSONDocument(Array(String(repeating: piece, count: (1 << 20) / piece.utf8.count).utf8))
        var names = "{"
        for index in (0..<100_000).reversed() { names += "\"\(index)\":0," }
        _ = try? JSONDocument(Array((names + "\"x\":0}").utf8))
        #expect(clock.lap() < 2)
    }
}
