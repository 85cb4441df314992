import Experiments
import TestSupport
import Testing

struct PortableJSONTests {
    @Test func recordHasTheDocumentedSpelling() throws {
        let record = JournalRecord.epoch(AttemptID(trial: 3, attempt: 2), 7, loss: .nan)
        #expect(
            String(decoding: try PortableJSON.encode(record), as: UTF8.self)
                == #"{"elapsed_s":1,"epoch":7,"id":{"attempt":2,"trial":3},"kind":"epoch_finished","learning_rate":0.1,"metrics":{"validation_loss":"nan"}}"#
        )
    }

    @Test func everyKindOfRecordSurvives() throws {
        let id = AttemptID(trial: 0, attempt: 1)
        let records: [JournalRecord] = [
            .study, .trial(0), .start(id, from: 4, unix: 1.5), .epoch(id, 1, loss: .infinity),
            .store(id, .best, epoch: 2),
            .end(id, .handedBack), .end(id, .lost), .end(id, .orphaned), .finish(id, .completed), .finish(id, .failed),
            .reopen(0), .workerJoined(.init(worker: "w-1-a", environment: ["onednn": "2.6.3"], unix: 1)),
        ]
        for record in records {
            #expect(try PortableJSON.decode(JournalRecord.self, from: PortableJSON.encode(record)) == record)
        }
    }

    @Test(arguments: SeededCases(200))
    func everyDoubleSurvivesBitForBit(_ testCase: SeededCase) throws {
        var random = testCase.random
        for _ in 0..<50 {
            let value = Double(bitPattern: random.next())
            let decoded = try PortableJSON.decode([Double].self, from: PortableJSON.encode([value]))
            #expect(decoded.count == 1)
            #expect(value.isNaN ? decoded[0].isNaN : decoded[0].bitPattern == value.bitPattern)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func extremesSurvive(_ value: Double) throws {
        let decoded = try PortableJSON.decode([Double].self, from: PortableJSON.encode([value]))
        #expect(value.isNaN ? decoded[0].isNaN : decoded[0].bitPattern == value.bitPattern)
    }
}
