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
            var digits = String(random.next() >> UInt64.random(in: 0..<60, using: &random))
            if digits != "0", Bool.random(using: &random) {
                digits += String(random.next() >> UInt64.random(in: 0..<60, using: &random))
            }
            let point = Int.random(in: 1...digits.count, using: &random)
            var text = digits.prefix(point) + (point < digits.count ? "." + digits.dropFirst(point) : "")
            if Bool.random(using: &random) { text += "e\(Int.random(in: -330...260, using: &random))" }
            if Bool.random(using: &random) { text = "-" + text }
            let expected = Double(text)!
            let value = try PortableJSON.decode([Double].self, from: Array("[\(text)]".utf8))[0]
            #expect(value.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    /// Where every whole number has no Double of its own, its digits are the fewest that read back.
    @Test(arguments: [0x1p53, 0x1p53 - 1, 0x1.8p60, -0x1p53, 1e17, 123456789012345680])
    func largeWholeNumbersAreSpeltAlike(_ value: Double) throws {
        #expect(try PortableJSON.encode([value]) == FoundationCoder.encode([value]))
    }

    /// Far more names than are kept, of a length that is kept: each comes back as it was.
    @Test func manyNamesAreNotMistakenForOneAnother() throws {
        let names =
            (0..<20_000).map { "validation_metric_\($0)" } + (0..<2_000).map { "validation_metric_of_\($0)_classes" }
        for name in names + names {
            let bytes = try PortableJSON.encode([name: 1.0])
            #expect(try PortableJSON.decode([String: Double].self, from: bytes) == [name: 1])
        }
    }

    /// Of a thousand such numbers one lies so near the middle between two Doubles that only a remainder decides.
    @Test(arguments: SeededCases(50))
    func numbersOfNineteenDigitsAreReadBitForBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        let texts = (0..<1_000).map { _ in
            let digits = String(
                UInt64.random(in: 1_000_000_000_000_000_000..<10_000_000_000_000_000_000, using: &random))
            let point = Int.random(in: 1...18, using: &random)
            return "\(digits.prefix(point)).\(digits.dropFirst(point))"
        }
        let values = try PortableJSON.decode([Double].self, from: Array("[\(texts.joined(separator: ","))]".utf8))
        let wrong = zip(texts, values).filter { Double($0)!.bitPattern != $1.bitPattern }
        #expect(wrong.map(\.0) == [])
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

    @Test(arguments: SeededCases(200))
    func beginningsAndEndsOfTrialsAreSpeltAlike(_ testCase: SeededCase) throws {
        var random = testCase.random
        let id = AttemptID(trial: .random(in: 0...99, using: &random), attempt: .random(in: 1...9, using: &random))
        var outcome = TrialOutcome(
            id: id, state: Bool.random(using: &random) ? .completed : .failed,
            stopReason: [.budget, .earlyStopping, .error].randomElement(using: &random)!,
            stopEpoch: .random(in: 0...300, using: &random),
            wouldHaveStoppedAt: Bool.random(using: &random) ? 7 : nil,
            testMetrics: [AnyDocument.text(&random): AnyDocument.double(&random)],
            error: Bool.random(using: &random) ? AnyDocument.text(&random) : nil)
        if Int.random(in: 0..<4, using: &random) == 0 {
            outcome.confusion = ["test": ConfusionMatrix(classes: ["a", "b"], counts: [1, 0, 0, 2])]
        }
        let records: [JournalRecord] = [
            .attemptStarted(
                .init(id: id, worker: AnyDocument.text(&random), fromEpoch: 3, unix: AnyDocument.double(&random))),
            .trialFinished(.init(outcome: outcome, unix: AnyDocument.double(&random))),
        ]
        for record in records {
            let bytes = try PortableJSON.encode(record)
            #expect(
                String(decoding: bytes, as: UTF8.self)
                    == String(decoding: try FoundationCoder.encode(record), as: UTF8.self))
            #expect(try PortableJSON.decode(JournalRecord.self, from: bytes) == record)
        }
    }
}
