import CPosix
import Experiments
import Glibc
import Messaging
package import Schema
import Studies
package import StudyStore

/// The socket `control` in a study's folder, reached by a path that is always short enough.
///
/// The path of a Unix socket has at most 107 bytes (unix(7)), a study's folder may be deeper. So the folder is opened,
/// and the socket is named from there: `/proc/self/fd/7/control` (proc(5)).
final class ControlPath {
    let folder: StudyFolder
    private let descriptor: Int32

    /// - Throws: ``ControlError/system(_:folder:code:)`` where the folder cannot be opened.
    init(_ folder: StudyFolder) throws(ControlError) {
        self.folder = folder
        descriptor = open(folder.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder: folder.path, code: errno) }
    }

    var path: String { "/proc/self/fd/\(descriptor)/\(StudyFolder.controlName)" }

    var endpoint: Endpoint {
        get throws(ControlError) {
            do {
                return try Endpoint("ipc://\(path)")
            } catch {
                throw .system("name the socket in", folder: folder.path, code: ENAMETOOLONG)
            }
        }
    }

    /// 0 where somebody listens, otherwise the `errno` that says why not.
    var probe: Int32 { winnow_probe_unix_socket(path) }

    deinit {
        close(descriptor)
    }
}

extension StudyFolder {
    /// The name of the socket at which a study's coordinator can be asked and told.
    package static let controlName = "control"
}

/// Answers people who want to see or steer a running study, at the socket `control` in its folder.
///
/// It can cost a coordinator next to nothing: it takes a bounded number of requests, at most every 20 ms; a status is
/// made at most five times a second; queues are short, and an answer that has no room in them is dropped.
package final class ControlServer {
    private static let requestsAtOnce = 64
    private static let interval = Duration.milliseconds(20)
    private static let statusAge = Duration.milliseconds(200)

    private let control: ControlPath
    /// nil once it is closed.
    private var socket: Socket?
    private var next = ContinuousClock.now
    private var status: (bytes: [UInt8], made: ContinuousClock.Instant)?

    /// Listens. A socket that a dead coordinator left is replaced: who calls this holds the study's lock.
    ///
    /// - Throws: ``ControlError``, where the folder's file system has no sockets, for one.
    package init(_ folder: StudyFolder) throws(ControlError) {
        control = try ControlPath(folder)
        var options = SocketOptions()
        options.sendQueue = 8
        options.receiveQueue = Self.requestsAtOnce
        options.largestFrame = ControlRequest.maximumSize
        options.mostFrames = 2
        let endpoint = try control.endpoint
        do {
            // A context of its own: its network thread may be kept busy without harm to the workers'.
            let socket = try Socket(Context(), .router, options: options)
            _ = try socket.bind(endpoint)
            self.socket = socket
        } catch {
            throw .system("listen at", folder: folder.path, code: error.code)
        }
        // Whoever may write to the study may steer it.
        chmod(control.path, 0o600)
    }

    /// Answers what has come since the last time.
    ///
    /// - Parameters:
    ///   - makeStatus: the status now.
    ///   - act: does what is asked, anything but a status; what it did is durable when it returns. It returns why it
    ///     refuses; nil where it did it.
    /// - Throws: what `act` throws.
    package func serve(
        status makeStatus: () -> CoordinatorStatus, act: (ControlRequest) throws -> String?
    ) rethrows {
        guard let socket, ContinuousClock.now >= next else { return }
        next = .now + Self.interval
        for _ in 0..<Self.requestsAtOnce {
            let frames: [[UInt8]]
            do {
                guard let received = try socket.receive() else { return }
                frames = received
            } catch ZMQError.tooManyFrames {
                continue
            } catch {
                return
            }
            guard frames.count == 2 else { continue }
            let answer: [UInt8]
            switch try? PlainJSON.decode(ControlRequest.self, from: frames[1]) {
            case let request? where request.kind == .status:
                answer = statusBytes(makeStatus)
            case let request?:
                let refusal = try act(request)
                status = nil
                answer = Self.encode(refusal.map { .refused(reason: $0) } ?? .accepted)
            case nil:
                let kinds = ControlRequest.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                answer = Self.encode(.refused(reason: "it knows only these requests: \(kinds)"))
            }
            // Who does not read its answers does without.
            _ = try? socket.send([frames[0], answer])
        }
    }

    private func statusBytes(_ makeStatus: () -> CoordinatorStatus) -> [UInt8] {
        if let status, .now - status.made < Self.statusAge {
            return status.bytes
        }
        let bytes = Self.encode(.status(makeStatus()))
        status = (bytes, .now)
        return bytes
    }

    private static func encode(_ reply: ControlReply) -> [UInt8] {
        do {
            return try PlainJSON.encode(reply)
        } catch {
            return Array(#"{"kind":"refused","reason":"its status cannot be written as JSON"}"#.utf8)
        }
    }

    /// Takes the socket away; the last answers have a moment to leave.
    package func close() {
        guard let socket else { return }
        try? socket.setLinger(.milliseconds(200))
        // In a folder that is another study's by now the socket is that study's.
        if (try? control.folder.check()) != nil { unlink(control.path) }
        self.socket = nil
    }

    deinit {
        close()
    }
}

/// What a coordinator answers to a ``ControlRequest``.
package enum ControlReply: Hashable, Sendable {
    case status(CoordinatorStatus)
    /// It has been done, or is under way: the status tells how far.
    case accepted
    case refused(reason: String)
}

extension ControlReply: Codable {
    private enum Kind: String, Codable {
        case status, accepted, refused
    }

    private enum CodingKeys: String, CodingKey {
        case kind, status, reason
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .status: self = .status(try container.decode(CoordinatorStatus.self, forKey: .status))
        case .accepted: self = .accepted
        case .refused: self = .refused(reason: try container.decode(String.self, forKey: .reason))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .status(let status):
            try container.encode(Kind.status, forKey: .kind)
            try container.encode(status, forKey: .status)
        case .accepted:
            try container.encode(Kind.accepted, forKey: .kind)
        case .refused(let reason):
            try container.encode(Kind.refused, forKey: .kind)
            try container.encode(reason, forKey: .reason)
        }
    }
}
