package import Experiments

/// A message with the bytes that travel beside it: the header is one frame, the bytes, where there are any, a second.
package struct Envelope<Message: WireMessage>: Hashable, Sendable {
    package var message: Message
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
        guard frames[0].count <= maximumHeaderSize else {
            throw WireError(reason: "a header of \(frames[0].count) bytes, above the limit of \(maximumHeaderSize)")
        }
        do {
            message = try PortableJSON.decode(Message.self, from: frames[0])
        } catch {
            // Foundation's words may hold what came in, at any length.
            let reason = "\(error)".oneLine(atMost: 200)
            throw WireError(reason: "not a message of protocol version \(protocolVersion): \(reason)")
        }
        bytes = frames.count == 2 ? frames[1] : []
        try message.check(bytes: bytes.count)
    }

    /// The `kind` that the header of a message names which cannot be read; nil where it names none.
    package static func kind(of frames: [[UInt8]]) -> String? {
        header(of: frames)?.root["kind"]?.text?.oneLine(atMost: MessageLimit.nameBytes)
    }

    /// The `protocol_version` that such a header names.
    package static func declaredVersion(of frames: [[UInt8]]) -> Int? {
        header(of: frames)?.root["protocol_version"]?.integer(as: Int.self)
    }

    private static func header(of frames: [[UInt8]]) -> JSONDocument? {
        guard let header = frames.first, header.count <= maximumHeaderSize else { return nil }
        return try? JSONDocument(header)
    }

    package func frames() throws(WireError) -> [[UInt8]] {
        do {
            var header = try PortableJSON.encode(message)
            if header.count > maximumHeaderSize, let shortened = message.shortened {
                header = try PortableJSON.encode(shortened)
            }
            return bytes.isEmpty ? [header] : [header, bytes]
        } catch {
            throw WireError(reason: "cannot encode a message: \(error)")
        }
    }
}

/// Bytes; an assignment carries a whole experiment file, everything else is far shorter.
package let maximumHeaderSize = 1 << 20

/// What one side says to the other, and how it is checked before it is believed.
package protocol WireMessage: PortableShortcut, Hashable, Sendable {
    /// Checks every field; texts for people are cut to one line.
    ///
    /// - Parameter bytes: how many came in the frame beside the header; 0 where there was none.
    /// - Throws: ``WireError`` that names the field.
    mutating func check(bytes: Int) throws(WireError)

    /// The same without what may be left out, for where the header is too long; nil where nothing may.
    var shortened: Self? { get }
}

extension WireMessage {
    package var shortened: Self? { nil }
}

/// The version of the protocol; both sides must have the same.
package let protocolVersion = 2

/// A message that cannot be read or written.
package struct WireError: Error, Hashable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
