internal import CZMQ
internal import Glibc

/// Waits for sockets and file descriptors, in the thread that owns the sockets.
///
/// ```swift
/// var poller = Poller()
/// poller.watch(router)
/// poller.watch(fileDescriptor: waker.fileDescriptor)
/// while isRunning {
///     _ = try poller.wait(atMost: .seconds(1))
///     while let message = try router.receive() { ... }
/// }
/// ```
package struct Poller {
    /// What may happen to a socket or a descriptor.
    package struct Events: OptionSet, Hashable, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) {
            self.rawValue = rawValue
        }

        package static let readable = Events(rawValue: Int16(ZMQ_POLLIN))
        package static let writable = Events(rawValue: Int16(ZMQ_POLLOUT))
        /// A descriptor's other end has hung up, or the descriptor is bad; reported without being asked for.
        package static let failed = Events(rawValue: Int16(ZMQ_POLLERR))
    }

    private var items: [zmq_pollitem_t] = []
    /// Keeps the sockets of `items` alive.
    private var sockets: [Socket] = []

    package init() {}

    /// Watches `socket` from now on, or watches it for other events than before.
    package mutating func watch(_ socket: Socket, for events: Events = .readable) {
        if let index = index(of: socket) {
            items[index].events = events.rawValue
        } else {
            sockets.append(socket)
            items.append(zmq_pollitem_t(socket: socket.handle, fd: -1, events: events.rawValue, revents: 0))
        }
    }

    /// Watches a plain descriptor: a ``Waker``'s, a pipe's, a signalfd.
    package mutating func watch(fileDescriptor: Int32, for events: Events = .readable) {
        if let index = index(of: fileDescriptor) {
            items[index].events = events.rawValue
        } else {
            items.append(zmq_pollitem_t(socket: nil, fd: fileDescriptor, events: events.rawValue, revents: 0))
        }
    }

    /// Waits until something happens, a signal comes, or `timeout` is over.
    ///
    /// - Parameter timeout: rounded up to milliseconds; zero looks without waiting, nil waits for ever.
    /// - Returns: whether there are events.
    /// - Throws: ``ZMQError/terminated`` after ``Context/shutdown()``.
    package mutating func wait(atMost timeout: Duration?) throws(ZMQError) -> Bool {
        let count = zmq_poll(&items, Int32(items.count), timeout.map { Int($0.milliseconds) } ?? -1)
        guard count < 0 else { return count > 0 }
        let error = ZMQError.last("poll")
        guard error.code == EINTR else { throw error }
        for index in items.indices {
            items[index].revents = 0
        }
        return false
    }

    /// What the last ``wait(atMost:)`` found on `socket`.
    package func events(of socket: Socket) -> Events {
        index(of: socket).map { Events(rawValue: items[$0].revents) } ?? []
    }

    /// What the last ``wait(atMost:)`` found on `fileDescriptor`.
    package func events(of fileDescriptor: Int32) -> Events {
        index(of: fileDescriptor).map { Events(rawValue: items[$0].revents) } ?? []
    }

    private func index(of socket: Socket) -> Int? {
        items.firstIndex { $0.socket == socket.handle }
    }

    private func index(of fileDescriptor: Int32) -> Int? {
        items.firstIndex { $0.socket == nil && $0.fd == fileDescriptor }
    }
}
