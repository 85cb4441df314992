import Experiments
import TestSupport
import Testing

/// The own coder beside Foundation's: one spelling, read alike.
struct AgreementTests {
    @Test(arguments: SeededCases(300))
    func documentsAreSpeltAndReadAlike(_ testCase: SeededCase) throws {
        var random = testCase.random
        let document = AnyDocument(depth: 5, &random)
        let bytes = try PortableJSON.encode(document)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == String(decoding: try FoundationCoder.encode(document), as: UTF8.self))
        let back = try PortableJSON.decode(AnyDocument.self, from: bytes)
        #expect(try back == FoundationCoder.decode(AnyDocument.self, from: bytes))
        // A whole number above 2^53 may have been a Double, and is read, and written, as an integer.
        #expect(try PortableJSON.decode(AnyDocument.self, from: PortableJSON.encode(back)) == back)
    }

    @Test(arguments: SeededCases(300))
    func numbersAreReadBitForBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        for _ in 0..<100 {
            // Spellings that no writer makes, with more digits than needed and less common exponents.
            let digits = String(random.next() >> UInt64.random(in: 0..<60, using: &random))
            let point = Int.random(in: 1...digits.count, using: &random)
            var text = digits.prefix(point) + (point < digits.count ? "." + digits.dropFirst(point) : "")
            if Bool.random(using: &random) { text += "e\(Int.random(in: -330...280, using: &random))" }
            if Bool.random(using: &random) { text = "-" + text }
            let expected = Double(text)!
            let value = try PortableJSON.decode([Double].self, from: Array("[\(text)]".utf8))[0]
            #expect(value.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test(arguments: SeededCases(200))
    func recordsAreSpeltAlikeByHandAndByTheirKeys(_ testCase: SeededCase) throws {
        var random = testCase.random
        let result = EpochResult(
            id: AttemptID(
                trial: .random(in: 0...Int.max, using: &random), attempt: .random(in: Int.min...Int.max, using: &random)
            ),
            epoch: .random(in: -1...300, using: &random),
            metrics: Dictionary(
                (0..<Int.random(in: 0..<7, using: &random)).map { _ in
                    (AnyDocument.text(&random), Bool.random(using: &random) ? .nan : AnyDocument.double(&random))
                }, uniquingKeysWith: { $1 }),
            learningRate: AnyDocument.double(&random), elapsedSeconds: -.infinity)
        let record = JournalRecord.epochFinished(result)
        let bytes = try PortableJSON.encode(record)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == String(decoding: try FoundationCoder.encode(record), as: UTF8.self))
        let back = try PortableJSON.decode(JournalRecord.self, from: bytes)
        #expect(try PortableJSON.encode(back) == bytes)
        #expect(
            try PortableJSON.encode(PortableJSON.decode(EpochResult.self, from: bytes))
                == FoundationCoder.encode(result))
    }
}
