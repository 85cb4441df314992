import ArgumentParser
import Experiments
import Foundation
import Wire

/// What reading and writing one message costs, beside Foundation's coder with the same settings.
struct CodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec", abstract: "Nanoseconds for each message and record, encoded and decoded.")

    @Option(help: "Messages in each round.")
    var count = 20_000

    func run() throws {
        print("ns per message".padded(30) + "bytes   encode   decode | Foundation's encode   decode")
        try measure("epoch result (wire)", WorkerMessage.epochFinished(SampleMessages.result(trial: 41, epoch: 17)))
        try measure("epoch record (journal)", JournalRecord.epochFinished(SampleMessages.result(trial: 41, epoch: 17)))
        try measure(
            "its acknowledgement",
            CoordinatorMessage.epochStored(.init(id: AttemptID(trial: 41, attempt: 1), epoch: 17)))
        try measure("heartbeat", SampleMessages.heartbeat)
        try measure("assignment", SampleMessages.assignment)
        try measure("end of a trial", SampleMessages.outcome)
    }

    private func measure<Message: Codable & Equatable>(_ name: String, _ message: Message) throws {
        let bytes = try PortableJSON.encode(message)
        let theirs = try FoundationCoder.encode(message)
        guard bytes == theirs, try PortableJSON.decode(Message.self, from: bytes) == message else {
            throw ValidationError("\(name): the two coders differ")
        }
        let fewer = max(1, count / 10)
        let times = [
            try Measurement(count: count) { _ = try PortableJSON.encode(message) },
            try Measurement(count: count) { _ = try PortableJSON.decode(Message.self, from: bytes) },
            try Measurement(count: fewer) { _ = try FoundationCoder.encode(message) },
            try Measurement(count: fewer) { _ = try FoundationCoder.decode(Message.self, from: bytes) },
        ].map { String(Int($0.nanoseconds.rounded())).padded(-9) }
        print(
            name.padded(30) + String(bytes.count).padded(-5) + times[0] + times[1] + " |" + " ".padded(10) + times[2]
                + times[3])
    }
}

/// Foundation's coder, set as the project's own spelling asks.
enum FoundationCoder {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(bytes))
    }
}

extension String {
    /// Filled with spaces, at the end where `width` is positive, else at the start.
    func padded(_ width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - count))
        return width > 0 ? self + spaces : spaces + self
    }
}
