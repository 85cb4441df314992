internal import CPosix
internal import Glibc

/// Wakes a ``Poller`` from another thread (an eventfd).
package final class Waker: Sendable {
    /// Readable from ``wake()`` until ``drain()``.
    package let fileDescriptor: Int32

    /// - Throws: ``ZMQError`` where the system gives no more descriptors.
    package init() throws(ZMQError) {
        fileDescriptor = winnow_eventfd()
        guard fileDescriptor >= 0 else {
            throw .failed(operation: "make an eventfd", endpoint: nil, code: errno)
        }
    }

    /// Makes the descriptor readable; many calls before the next ``drain()`` are as one.
    package func wake() {
        // It can only fail when the counter is full (eventfd(2)), and then the descriptor is readable already.
        _ = eventfd_write(fileDescriptor, 1)
    }

    /// Makes the descriptor unreadable again. Call it before looking at what the waker announced, or a call of
    /// ``wake()`` in between is lost.
    package func drain() {
        var count: eventfd_t = 0
        _ = eventfd_read(fileDescriptor, &count)
    }

    deinit {
        close(fileDescriptor)
    }
}
