import ArgumentParser
import Experiments
import Foundation
import Schema
import Studies

/// What reading and writing one message or record costs.
struct CodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec", abstract: "Nanoseconds for each message and record, encoded and decoded.")

    @Option(help: "Messages in each round.")
    var count = 20_000

    func run() throws {
        print("ns per message".padded(30) + "bytes   encode   decode")
        try measure("row (wire and journal)", WorkerMessage.epochFinished(SampleMessages.numberedRow))
        try measure("row with new metrics", WorkerMessage.epochFinished(SampleMessages.result(trial: 41, epoch: 17)))
        try measure(
            "its acknowledgement",
            CoordinatorMessage.epochStored(.init(id: AttemptID(trial: 41, attempt: 1), epoch: 17)))
        try measure("heartbeat", SampleMessages.heartbeat)
        try measure("assignment", SampleMessages.assignment)
        let outcome = SampleMessages.outcome
        let bytes = outcome.encoded(of: .none)
        guard try JournalRecord.decode(bytes).record == outcome else { throw ValidationError("a record is lost") }
        try show(
            "end of a trial (journal)", bytes.count, encode: { _ = outcome.encoded(of: .none) },
            decode: { _ = try JournalRecord.decode(bytes) })
    }

    private func measure<Message: WireMessage>(_ name: String, _ message: Message) throws {
        let frames = try Envelope(message).frames()
        guard try Envelope<Message>(frames: frames).message == message else {
            throw ValidationError("\(name): it does not survive its encoding")
        }
        try show(
            name, frames[0].count, encode: { _ = try Envelope(message).frames() },
            decode: { _ = try Envelope<Message>(frames: frames) })
    }

    private func show(_ name: String, _ bytes: Int, encode: () throws -> Void, decode: () throws -> Void) throws {
        let times = [try Measurement(count: count, encode), try Measurement(count: count, decode)]
            .map { String(Int($0.nanoseconds.rounded())).padded(-9) }
        print(name.padded(30) + String(bytes).padded(-5) + times[0] + times[1])
    }
}

extension String {
    /// Filled with spaces, at the end where `width` is positive, else at the start.
    func padded(_ width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - count))
        return width > 0 ? self + spaces : spaces + self
    }
}

/// What a coordinator reads and writes most, in the size that a training with a validation split gives it.
enum SampleMessages {
    static func result(trial: Int, attempt: Int = 1, epoch: Int) -> Row {
        let loss = 1 / (Double(epoch) + Double(trial % 97) / 97 + 1)
        return Row(
            id: AttemptID(trial: trial, attempt: attempt), epoch: epoch,
            metrics: [
                "train_loss": loss, "validation_accuracy": 1 - loss * 0.37, "validation_loss": loss * 1.1371,
                "validation_macro_f1": 1 - loss * 0.41,
            ],
            learningRate: 0.001 / Double(epoch), elapsedSeconds: Double(epoch) * 1.732_050_807)
    }

    /// The same with numbers in place of names.
    static var numberedRow: Row {
        let row = result(trial: 41, epoch: 17)
        let metrics = row.named.sorted { $0.key < $1.key }
        return Row(
            id: row.id, epoch: row.epoch, elapsedSeconds: row.elapsedSeconds, learningRate: row.learningRate,
            metrics: Array(metrics.indices), values: metrics.map(\.value), named: [:])
    }

    static let assignment = CoordinatorMessage.assign(
        .init(
            id: AttemptID(trial: 7, attempt: 1), seed: 0x9E37_79B9_7F4A_7C15,
            experiment: String(repeating: "0123456789abcdef", count: 4),
            parameters: [
                .init(path: "optimizer.learning_rate", value: .double(0.00123)),
                .init(path: "model.dropout", value: .double(0.25)),
            ],
            dataDigest: String(repeating: "0123456789abcdef", count: 4), resume: nil))

    static let heartbeat = WorkerMessage.heartbeat(
        .init(
            sequence: 1_234, heard: 1_233, slots: 0,
            progress: [
                Progress(id: AttemptID(trial: 41, attempt: 1), epoch: 3, step: 120, steps: 400, patienceLeft: 5)
            ]))

    static let outcome = JournalRecord.trialFinished(
        .init(
            outcome: TrialOutcome(
                id: AttemptID(trial: 41, attempt: 1), state: .completed, stopReason: .budget, stopEpoch: 20,
                testMetrics: ["test_accuracy": 0.987654321, "test_loss": 0.0432101234]),
            unix: 1_700_000_000.125))
}
