import Foundation
import Glibc
import Messaging

/// A TCP connection of this process with itself.
final class TCPPair {
    /// The end that sends; it takes no more than the system's buffers hold.
    private let sender: Int32
    private let receiver: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let receiver = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.receiver = receiver
        var code: Int32 = -1
        withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard bind(listener, $0, length) == 0, listen(listener, 1) == 0,
                    getsockname(listener, $0, &length) == 0
                else { return }
                code = connect(receiver, $0, length)
            }
        }
        let reason = errno
        sender = code == 0 ? accept(listener, nil, nil) : -1
        guard sender >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: reason) ?? .EIO) }
        for end in [sender, receiver] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// The sending end as libzmq's would be known.
    var connection: ConnectionDescriptor { ConnectionDescriptor(sender) }

    /// - Returns: how many bytes the system has taken.
    func send(_ count: Int) -> Int {
        let bytes = [UInt8](repeating: 0, count: count)
        return max(0, Glibc.send(sender, bytes, count, Int32(MSG_NOSIGNAL)))
    }

    /// Takes all that is there, or so many bytes.
    func receive(atMost limit: Int = .max) -> Int {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var received = 0
        while received < limit {
            let count = recv(receiver, &bytes, min(bytes.count, limit - received), 0)
            guard count > 0 else { break }
            received += count
        }
        return received
    }

    deinit {
        close(sender)
        close(receiver)
    }
}
