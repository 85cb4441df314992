internal import CZMQ
internal import Glibc

/// The library's network threads, which all sockets of a program share.
///
/// Every ``Socket`` keeps its context; the context ends when the last of them is gone. Not to be used after `fork`.
package final class Context: Sendable {
    // libzmq's contexts are safe to use from any thread (zmq_ctx_new(3)).
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    /// - Throws: ``ZMQError`` where the system gives no more descriptors or threads.
    package init() throws(ZMQError) {
        guard let handle = zmq_ctx_new() else { throw .last("make a context") }
        self.handle = handle
    }

    /// Makes the calls on every socket of this context throw ``ZMQError/terminated``: those that wait at once, the
    /// others soon.
    ///
    /// May be called from any thread; it is how one stops loops that others run.
    package func shutdown() {
        zmq_ctx_shutdown(handle)
    }

    deinit {
        // Waits until the sockets' lingering messages are sent or their time is over; a signal only interrupts it.
        while zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }
}
