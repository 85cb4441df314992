import Schema

/// The frames of a message, as the loops send them.
func encoded<Message: WireMessage>(_ message: Message, bytes: [UInt8]) -> [[UInt8]] {
    do {
        return try Envelope(message, bytes: bytes).frames()
    } catch {
        preconditionFailure("\(message) cannot be encoded: \(error)")
    }
}

/// What the other side makes of the frames.
func roundTripped<Message: WireMessage>(_: Message.Type, _ frames: [[UInt8]]) -> Envelope<Message> {
    do {
        return try Envelope<Message>(frames: frames)
    } catch {
        preconditionFailure("a message did not survive its own encoding: \(error)")
    }
}

/// A message and its bytes as the other side has them.
func roundTripped<Message: WireMessage>(
    _ message: Message, _ bytes: [UInt8]
) -> (Message, [UInt8]) {
    let envelope = roundTripped(Message.self, encoded(message, bytes: bytes))
    return (envelope.message, envelope.bytes)
}
