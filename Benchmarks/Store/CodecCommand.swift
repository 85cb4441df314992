import ArgumentParser
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
