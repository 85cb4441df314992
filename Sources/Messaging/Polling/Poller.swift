import CPosix
import CZMQ
import Glibc
import Synchronization

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
    /// Events of a socket or a descriptor.
    package struct Events: OptionSet, Hashable, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) { self.rawValue = rawValue }

        package static let readable = Events(rawValue: Int16(ZMQ_POLLIN))
        package static let writable = Events(rawValue: Int16(ZMQ_POLLOUT))
        /// The other end of a descriptor has hung up, or the descriptor is bad; always reported.
        package static let failed = Events(rawValue: Int16(ZMQ_POLLERR))
    }

    private var items: [zmq_pollitem_t] = []
    /// Keeps the sockets of `items` alive.
    private var sockets: [Socket] = []

    package init() {}

    /// Watches `socket`, or changes the events it is watched for.
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

    /// Waits until an event occurs, a signal arrives, or `timeout` is over.
    ///
    /// - Parameter timeout: rounded up to milliseconds; zero returns at once, nil waits forever.
    /// - Returns: whether there are events.
    /// - Throws: ``ZMQError/terminated`` after ``Context/shutdown()``.
    package mutating func wait(atMost timeout: Duration?) throws(ZMQError) -> Bool {
        let count = zmq_poll(&items, Int32(items.count), timeout.map { Int($0.milliseconds) } ?? -1)
        guard count < 0 else { return count > 0 }
        let error = ZMQError.last("poll")
        guard error.code == EINTR else { throw error }
        for index in items.indices { items[index].revents = 0 }
        return false
    }

    /// The events of `socket` in the last ``wait(atMost:)``.
    package func events(of socket: Socket) -> Events {
        index(of: socket).map { Events(rawValue: items[$0].revents) } ?? []
    }

    /// The events of `fileDescriptor` in the last ``wait(atMost:)``.
    package func events(of fileDescriptor: Int32) -> Events {
        index(of: fileDescriptor).map { Events(rawValue: items[$0].revents) } ?? []
    }

    private func index(of socket: Socket) -> Int? { items.firstIndex { $0.socket == socket.handle } }

    private func index(of fileDescriptor: Int32) -> Int? {
        items.firstIndex { $0.socket == nil && $0.fd == fileDescriptor }
    }
}

/// Wakes a ``Poller`` from another thread (an eventfd).
package final class Waker: Sendable {
    /// Readable from ``wake()`` until ``drain()``.
    package let fileDescriptor: Int32

    /// - Throws: ``ZMQError`` if the system gives no more descriptors.
    package init() throws(ZMQError) {
        fileDescriptor = winnow_eventfd()
        guard fileDescriptor >= 0 else { throw .failed(operation: "make an eventfd", endpoint: nil, code: errno) }
    }

    /// Makes the descriptor readable; calls before the next ``drain()`` count as one.
    package func wake() {
        // It only fails if the counter is full (eventfd(2)); the descriptor is then readable already.
        _ = eventfd_write(fileDescriptor, 1)
    }

    /// Makes the descriptor unreadable again. Call it before reading what the waker announced: otherwise a ``wake()`` in
    /// between is lost.
    package func drain() {
        var count: eventfd_t = 0
        _ = eventfd_read(fileDescriptor, &count)
    }

    deinit {
        close(fileDescriptor)
    }
}

/// Events from other threads to the one that polls ``waker``.
package final class Mailbox<Event: Sendable>: Sendable {
    package let waker: Waker
    private let events = Mutex<[Event]>([])

    package init() throws(ZMQError) {
        waker = try Waker()
    }

    package func put(_ event: Event) { put([event]) }

    /// Puts several at once: threads that put much one by one hinder each other.
    package func put(_ several: [Event]) {
        events.withLock { $0 += several }
        waker.wake()
    }

    /// Takes everything that has come, in order.
    package func removeAll() -> [Event] {
        waker.drain()
        return events.withLock { events in
            defer { events.removeAll(keepingCapacity: true) }
            return events
        }
    }
}
