import Messaging
import Synchronization

/// Events from training threads to the network's, which `waker` wakes.
final class Mailbox<Event: Sendable>: Sendable {
    let waker: Waker
    private let events = Mutex<[Event]>([])

    init() throws(ZMQError) {
        waker = try Waker()
    }

    func put(_ event: Event) {
        events.withLock { $0.append(event) }
        waker.wake()
    }

    /// Takes everything that has come, in order.
    func takeAll() -> [Event] {
        waker.drain()
        return events.withLock { events in
            defer { events.removeAll(keepingCapacity: true) }
            return events
        }
    }
}
