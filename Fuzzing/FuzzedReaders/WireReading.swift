internal import Experiments
internal import Studies
internal import Schema

/// What is accepted as a message encodes to a header that decodes to the same.
enum WireReading {
    static func read(_ bytes: [UInt8]) throws(BrokenPromise) {
        try roundTrip(WorkerMessage.self, bytes)
        try roundTrip(CoordinatorMessage.self, bytes)
    }

    private static func roundTrip<Message: WireMessage>(
        _ type: Message.Type, _ bytes: [UInt8]
    ) throws(BrokenPromise) {
        guard let envelope = try? Envelope<Message>(frames: [bytes]) else { return }
        do {
            let frames = try envelope.frames()
            // As bytes: NaN is no equal of itself.
            guard try Envelope<Message>(frames: frames).frames() == frames else {
                throw BrokenPromise("a message does not survive its encoding: \(envelope.message)")
            }
        } catch let error as BrokenPromise {
            throw error
        } catch {
            throw BrokenPromise("what was decoded cannot be encoded and decoded: \(error)")
        }
    }
}
