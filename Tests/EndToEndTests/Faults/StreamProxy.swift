import Foundation
import Glibc
import Synchronization

/// A wire between workers and their coordinator that can be cut, in one direction or both.
///
/// What does not get through waits, as it does in TCP, which repeats what was lost: bytes come late or never, but in
/// order and once. What ZeroMQ makes of a broken connection is seen when it is cut.
final class StreamProxy: Sendable {
    enum State: Sendable {
        case whole
        /// Every connection is cut, and new ones are at once.
        case cut
        /// Nothing gets through, though connections stand.
        case silent
        /// Nothing gets from the coordinator to the workers.
        case deaf
        /// Nothing gets from the workers to the coordinator.
        case mute
    }

    private struct Shared {
        var state = State.whole
        var connections = 0
        var isOver = false
    }

    private let shared = Mutex(Shared())
    /// Where workers connect to.
    let address: String

    var state: State {
        get { shared.withLock { $0.state } }
        set { shared.withLock { $0.state = newValue } }
    }

    /// How many connections workers have made so far.
    var connections: Int { shared.withLock { $0.connections } }

    /// - Parameter address: the coordinator's, `tcp://127.0.0.1:PORT`.
    init(to address: String) throws {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = Self.loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 512) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        self.address = "tcp://127.0.0.1:\(UInt16(bigEndian: own.sin_port))"
        // Owns itself no longer than the test does: the thread holds it weakly between two turns.
        Thread.detachNewThread { [weak self] in
            var wires = Wires(listener: listener, port: port)
            while let proxy = self, !proxy.shared.withLock({ $0.isOver }) {
                let made = wires.turn(proxy.state)
                proxy.shared.withLock { $0.connections += made }
            }
            wires.close()
        }
    }

    deinit {
        shared.withLock { $0.isOver = true }
    }

    fileprivate static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// The connections of a ``StreamProxy``, in its thread.
private struct Wires {
    let listener: Int32
    let port: UInt16
    private var pairs: [(worker: Int32, coordinator: Int32)] = []

    init(listener: Int32, port: UInt16) {
        self.listener = listener
        self.port = port
    }

    /// Waits a moment for bytes and carries them on.
    /// - Returns: how many connections were made.
    mutating func turn(_ state: StreamProxy.State) -> Int {
        if state == .cut { cutAll() }
        let carriesUp = state == .whole || state == .deaf
        let carriesDown = state == .whole || state == .mute
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        for pair in pairs {
            polled.append(pollfd(fd: carriesUp ? pair.worker : -1, events: Int16(POLLIN), revents: 0))
            polled.append(pollfd(fd: carriesDown ? pair.coordinator : -1, events: Int16(POLLIN), revents: 0))
        }
        guard poll(&polled, nfds_t(polled.count), 5) > 0 else { return 0 }
        var ended: [Int] = []
        for (index, pair) in pairs.enumerated() {
            let up = polled[1 + 2 * index].revents != 0 && !carry(from: pair.worker, to: pair.coordinator)
            let down = polled[2 + 2 * index].revents != 0 && !carry(from: pair.coordinator, to: pair.worker)
            if up || down { ended.append(index) }
        }
        for index in ended.reversed() { cut(pairs.remove(at: index)) }
        guard polled[0].revents != 0 else { return 0 }
        let worker = accept(listener, nil, nil)
        guard worker >= 0 else { return 0 }
        guard state != .cut, let coordinator = connection() else {
            Glibc.close(worker)
            return 0
        }
        pairs.append((worker, coordinator))
        return 1
    }

    private func connection() -> Int32? {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = StreamProxy.loopback(port: port)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            Glibc.close(made)
            return nil
        }
        return made
    }

    /// - Returns: false where either end is closed.
    private func carry(from source: Int32, to target: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(source, &bytes, bytes.count, 0)
        guard count > 0 else { return count < 0 && errno == EINTR }
        var sent = 0
        while sent < count {
            let more = bytes.withUnsafeBytes {
                send(target, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
            }
            guard more > 0 else { return false }
            sent += more
        }
        return true
    }

    private mutating func cutAll() {
        pairs.forEach(cut)
        pairs = []
    }

    private func cut(_ pair: (worker: Int32, coordinator: Int32)) {
        Glibc.close(pair.worker)
        Glibc.close(pair.coordinator)
    }

    mutating func close() {
        cutAll()
        Glibc.close(listener)
    }
}
