import Experiments
import Studies
import TestSupport
import Schema

/// A worker that is let in, and then sends nonsense about the trials of others: whatever gets past the check of every
/// message's fields.
enum LyingWorker {
    static func lies(
        number: Int, about study: StudyState, using random: inout SplitMix64
    ) -> [(message: WorkerMessage, bytes: [UInt8])] {
        // A study may have none yet.
        let trial = study.trials.randomElement(using: &random) ?? TrialState(SimulatedSearch.creation(0), of: study.id)
        let absurd = [0, 1, 2, 3, 7, MessageLimit.number, MessageLimit.size]
        func number_(_ limits: ClosedRange<Int>) -> Int {
            absurd.filter(limits.contains).randomElement(using: &random)!
        }
        let (numbers, sizes) = (0...MessageLimit.number, 0...MessageLimit.size)
        func id() -> AttemptID {
            [
                trial.id, .init(study: study.id, trial: number_(numbers), attempt: number_(numbers)),
                .init(study: study.id, trial: trial.number, attempt: number_(numbers)),
                .init(study: StudyID(study.id.bits + 1), trial: trial.number, attempt: trial.attempt),
            ].randomElement(using: &random)!
        }
        func file() -> StoredFile {
            StoredFile(
                kind: .allCases.randomElement(using: &random)!, epoch: number_(numbers), size: number_(sizes),
                sha256: String(repeating: "0", count: 64),
                bestEpoch: Bool.random(using: &random) ? number_(numbers) : nil)
        }
        let hello = WorkerMessage.Hello(
            protocolVersion: protocolVersion, worker: "liar-\(number)-1", program: "lie", host: "elsewhere", slots: 1,
            environment: [:], running: (0..<3).map { _ in id() })
        let lies: [WorkerMessage] = (0..<40).map { _ in
            switch Int.random(in: 0..<11, using: &random) {
            case 0: .ready(.init(slots: 0))
            case 1:
                .heartbeat(
                    .init(
                        sequence: number_(sizes), heard: number_(sizes), slots: 0,
                        progress: [
                            .init(
                                id: id(), epoch: number_(numbers), step: number_(sizes), steps: number_(sizes),
                                patienceLeft: nil)
                        ]))
            case 2, 3:
                .epochFinished(
                    Row(
                        id: id(), epoch: number_(numbers), elapsedSeconds: 0, learningRate: 1e30, metrics: [0, 7],
                        values: [.nan, 1], named: ["loss": .nan, "\(number_(numbers))": 0]))
            case 4: .upload(.init(id: id(), file: file(), offset: number_(sizes)))
            case 5: .placed(.init(id: id(), file: file()))
            case 6: .fetch(.init(id: id(), file: .last, offset: number_(sizes)))
            case 7: .fetchData(.init(data: SimulatedDisk.dataDigest, path: "etc/passwd", offset: number_(sizes)))
            case 8, 9:
                .finished(.init(id: id(), state: .completed, stopReason: .budget, stopEpoch: number_(numbers)))
            default: .handBack(id())
            }
        }
        return ([.hello(hello)] + lies).compactMap { lie in
            let bytes: [UInt8] = if case .upload = lie { [1, 2, 3] } else { [] }
            var lie = lie
            return (try? lie.check(bytes: bytes.count)) == nil ? nil : (lie, bytes)
        }
    }
}
