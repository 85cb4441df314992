import Experiments
import Glibc
import Messaging
package import StudyStore
package import Wire

/// Asks and tells the coordinator that is at work on a study.
package final class ControlClient {
    private let control: ControlPath
    private let socket: Socket

    /// - Throws: ``ControlError/nobody(folder:)`` at once where no coordinator listens, whatever a dead one left.
    package init(_ folder: StudyFolder) throws {
        control = try ControlPath(folder)
        try Self.check(control)
        socket = try Socket(Context(), .dealer)
        try socket.connect(control.endpoint)
    }

    /// Whether there is still somebody to ask.
    package var isAnybodyThere: Bool { control.probe == 0 }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: ``ControlError``.
    package func ask(_ kind: ControlRequest.Kind, within limit: Duration = .seconds(5)) throws -> ControlReply {
        let request = try PortableJSON.encode(ControlRequest(kind))
        let deadline = ContinuousClock.now + limit
        var poller = Poller()
        var isSent = false
        while .now < deadline {
            if !isSent {
                isSent = try socket.send([request]) == .sent
            }
            poller.watch(socket, for: isSent ? .readable : [.readable, .writable])
            if try !poller.wait(atMost: .milliseconds(100)) {
                try Self.check(control)
            }
            while let frames = try socket.receive() {
                guard let frame = frames.last else { continue }
                return try read(frame)
            }
        }
        throw ControlError.silent(folder: control.folder.path, after: limit)
    }

    private func read(_ frame: [UInt8]) throws -> ControlReply {
        let reply: ControlReply
        do {
            reply = try PortableJSON.decode(ControlReply.self, from: frame)
        } catch {
            throw ControlError.misunderstood(folder: control.folder.path, reason: "\(error)")
        }
        if case .refused(let reason) = reply {
            throw ControlError.refused(folder: control.folder.path, reason: reason)
        }
        return reply
    }

    private static func check(_ control: ControlPath) throws(ControlError) {
        switch control.probe {
        case 0: break
        case ENOENT, ECONNREFUSED, ENOTSOCK: throw .nobody(folder: control.folder.path)
        case let code: throw .system("connect to", folder: control.folder.path, code: code)
        }
    }
}
