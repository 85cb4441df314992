import Experiments
import Studies
import Glibc
import Messaging
package import StudyStore
package import Schema

/// Asks and tells the coordinator that is at work on a study.
package final class ControlClient {
    private let control: ControlPath
    private var socket: Socket
    /// After so long without an answer a request is asked again; then after twice as long, and so on.
    private static let firstWait = Duration.seconds(2)

    /// - Throws: ``ControlError/nobody(folder:)`` at once where no coordinator listens, whatever a dead one left.
    package init(_ folder: StudyFolder) throws {
        control = try ControlPath(folder)
        try Self.check(control)
        socket = try Self.connect(control)
    }

    private static func connect(_ control: ControlPath) throws -> Socket {
        let socket = try Socket(Context(), .dealer)
        try socket.connect(control.endpoint)
        return socket
    }

    /// Whether there is still somebody to ask.
    package var isAnybodyThere: Bool { control.probe == 0 }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: ``ControlError``.
    package func ask(_ kind: ControlRequest.Kind, within limit: Duration = .seconds(5)) throws -> ControlReply {
        try ask(ControlRequest(kind), within: limit)
    }

    package func ask(_ request: ControlRequest, within limit: Duration = .seconds(5)) throws -> ControlReply {
        let request = try PlainJSON.encode(request)
        let deadline = ContinuousClock.now + limit
        var wait = Self.firstWait
        while true {
            if let reply = try ask(request, until: min(deadline, .now + wait)) { return reply }
            guard .now < deadline else { throw ControlError.silent(folder: control.folder.path, after: limit) }
            // It may be lost with its connection, as where a handshake takes too long. Each request may be made twice;
            // and what is still answered to the first comes to a socket that is gone, not to who asks next.
            socket = try Self.connect(control)
            wait *= 2
        }
    }

    /// - Returns: nil where no answer comes by then.
    private func ask(_ request: [UInt8], until deadline: ContinuousClock.Instant) throws -> ControlReply? {
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
        return nil
    }

    private func read(_ frame: [UInt8]) throws -> ControlReply {
        let reply: ControlReply
        do {
            reply = try PlainJSON.decode(ControlReply.self, from: frame)
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

/// A coordinator that cannot be asked, or does not do as it is told.
package enum ControlError: Error, Hashable, CustomStringConvertible {
    /// No coordinator is at work on this machine.
    case nobody(folder: String)
    /// Somebody listens, but has not answered in time.
    case silent(folder: String, after: Duration)
    case refused(folder: String, reason: String)
    /// What came back is no answer.
    case misunderstood(folder: String, reason: String)
    case system(_ operation: String, folder: String, code: Int32)

    package var description: String {
        switch self {
        case .nobody(let folder):
            "\(folder): no coordinator is at work on this study on this machine"
        case .silent(let folder, let limit):
            "\(folder): its coordinator has not answered for \(limit.components.seconds) s; is it stopped, or its machine "
                + "overloaded?"
        case .refused(let folder, let reason):
            "\(folder): its coordinator refuses: \(reason)"
        case .misunderstood(let folder, let reason):
            "\(folder): its coordinator answers in another language (\(reason)); is it another version of winnow?"
        case .system(let operation, let folder, let code):
            "\(folder): cannot \(operation) its control socket: \(String(cString: strerror(code)))"
        }
    }
}
