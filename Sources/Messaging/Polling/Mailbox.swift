import Synchronization

/// Events from other threads to the one that polls ``waker``.
package final class Mailbox<Event: Sendable>: Sendable {
    package let waker: Waker
    private let events = Mutex<[Event]>([])

    package init() throws(ZMQError) {
        waker = try Waker()
    }

    package func put(_ event: Event) {
        events.withLock { $0.append(event) }
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
