/// A message with the bytes that travel beside it: the header is one frame, what is beside it a second.
package struct Envelope<Message: WireMessage>: Hashable, Sendable {
    package var message: Message
    /// A piece of a file. Of a row that has come: the header's own bytes, which are those of the row's record.
    package var bytes: [UInt8]

    package init(_ message: Message, bytes: [UInt8] = []) {
        self.message = message
        self.bytes = bytes
    }

    /// Reads a message from its frames, and checks it: whoever sent them may have written anything.
    ///
    /// - Throws: ``WireError`` where the header is no message, is too long, or the number of frames is not one or two;
    ///   otherwise it names the field that is wrong.
    package init(frames: [[UInt8]]) throws(WireError) {
        guard frames.count == 1 || frames.count == 2 else {
            throw WireError(reason: "a message has one or two frames, not \(frames.count)")
        }
        for frame in frames where frame.count > maximumHeaderSize {
            throw WireError(reason: "a frame of \(frame.count) bytes, above the limit of \(maximumHeaderSize)")
        }
        guard !isOldHeader(frames[0]) else {
            throw WireError(reason: "it speaks an older version of the protocol than \(protocolVersion)")
        }
        (message, bytes) = try Message.decode(frames[0], beside: frames.count == 2 ? frames[1] : [])
        try message.check(bytes: bytes.count)
    }

    /// The `kind` that the header of a message names which cannot be read; nil where it names none.
    package static func kind(of frames: [[UInt8]]) -> String? {
        frames.first.flatMap { $0.count <= maximumHeaderSize ? Message.kind(of: $0) : nil }
    }

    package func frames() throws(WireError) -> [[UInt8]] {
        let (header, beside) = try message.encoded(bytes: bytes)
        if header.count > maximumHeaderSize, let shortened = message.shortened {
            return try Envelope(shortened, bytes: bytes).frames()
        }
        return beside.isEmpty ? [header] : [header, beside]
    }
}

/// Bytes; an experiment is a whole file, everything else is far shorter.
package let maximumHeaderSize = 1 << 20

/// What one side says to the other, how it is spelled, and how it is checked before it is believed.
package protocol WireMessage: Hashable, Sendable {
    /// - Parameter beside: the second frame; empty where there is none.
    /// - Returns: the message, and the bytes that belong to it.
    /// - Throws: ``WireError`` where the frames are no message.
    static func decode(_ header: [UInt8], beside: [UInt8]) throws(WireError) -> (Self, bytes: [UInt8])

    /// - Parameter bytes: as ``decode(_:beside:)`` gives them; none of a row that has not been encoded yet.
    /// - Returns: the two frames; the second is empty where there is none.
    func encoded(bytes: [UInt8]) throws(WireError) -> (header: [UInt8], beside: [UInt8])

    /// What the header says it is, where that much can be read.
    static func kind(of header: [UInt8]) -> String?

    /// Checks every field; texts for people are cut to one line.
    ///
    /// - Parameter bytes: how many belong to it.
    /// - Throws: ``WireError`` that names the field.
    mutating func check(bytes: Int) throws(WireError)

    /// The same without what may be left out, for where the header is too long; nil where nothing may.
    var shortened: Self? { get }
}

extension WireMessage {
    package var shortened: Self? { nil }
}

/// The version of the protocol; both sides must have the same.
package let protocolVersion = 3

/// Whether a header is of a version before 3, whose headers were JSON.
package func isOldHeader(_ header: [UInt8]) -> Bool { header.first == UInt8(ascii: "{") }

/// A refusal that workers of those versions understand.
package func oldRefusal(_ reason: String) -> [UInt8] {
    // The reason is this program's own, of plain words.
    Array(#"{"kind":"refused","reason":"\#(reason)"}"#.utf8)
}

/// A message that cannot be read or written.
package struct WireError: Error, Hashable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
