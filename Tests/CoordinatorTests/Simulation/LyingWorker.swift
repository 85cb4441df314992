import Experiments
import TestSupport
import Wire

/// A worker that is let in, and then sends nonsense about the trials of others.
enum LyingWorker {
    static func lies(
        number: Int, about study: StudyState, using random: inout SplitMix64
    ) -> [(message: WorkerMessage, bytes: [UInt8])] {
        let trial = study.trials.randomElement(using: &random)!
        let absurd = [-1, 0, 1, 7, .max, .min, 1 << 40]
        func number_() -> Int { absurd.randomElement(using: &random)! }
        func id() -> AttemptID {
            [trial.id, .init(trial: number_(), attempt: number_()), .init(trial: trial.number, attempt: number_())]
                .randomElement(using: &random)!
        }
        func file() -> StoredFile {
            StoredFile(
                kind: .allCases.randomElement(using: &random)!, epoch: number_(), size: number_(), sha256: "../../x",
                bestEpoch: Bool.random(using: &random) ? number_() : nil)
        }
        let hello = WorkerMessage.Hello(
            protocolVersion: protocolVersion, worker: "liar-\(number)-1", program: "lie", host: "elsewhere", slots: 1,
            environment: [:], running: (0..<3).map { _ in id() })
        let lies: [WorkerMessage] = (0..<20).map { _ in
            switch Int.random(in: 0..<11, using: &random) {
            case 0: .ready(.init(slots: min(0, number_())))
            case 1:
                .heartbeat(
                    .init(
                        sequence: number_(), heard: number_(), slots: min(0, number_()),
                        progress: [
                            .init(id: id(), epoch: number_(), step: number_(), steps: number_(), patienceLeft: nil)
                        ]))
            case 2, 3:
                .epochFinished(
                    .init(
                        id: id(), epoch: number_(), metrics: ["loss": .nan], learningRate: .infinity,
                        elapsedSeconds: -1))
            case 4: .upload(.init(id: id(), file: file(), offset: number_()))
            case 5: .placed(.init(id: id(), file: file()))
            case 6: .fetch(.init(id: id(), file: .last, offset: number_()))
            case 7: .fetchData(.init(data: SimulatedDisk.dataDigest, path: "../../etc/passwd", offset: number_()))
            case 8, 9:
                .finished(.init(id: id(), state: .completed, stopReason: .budget, stopEpoch: number_()))
            default: .handBack(id())
            }
        }
        return [(.hello(hello), [])] + lies.map { ($0, [1, 2, 3]) }
    }
}
