internal import Glibc
internal import Synchronization

/// Decides who may connect: libzmq asks it in every handshake of a socket with ``SocketOptions/Security/server(_:)``.
///
/// It has a thread of its own, and is there before such a socket listens. A key that is let in becomes the User-Id of
/// every message on its connection (``Socket/sender``).
///
/// Source: ZeroMQ RFC 27 (ZAP).
package final class ZAPHandler {
    private let desk: ZAPDesk
    private let thread: pthread_t

    /// Starts answering.
    ///
    /// - Parameter admits: called on the handler's thread.
    /// - Throws: ``ZMQError`` where another handler answers in this context, or the system gives no more threads.
    package init(_ context: Context, admits: @escaping @Sendable (CURVEPublicKey) -> Bool) throws(ZMQError) {
        desk = ZAPDesk(ending: try Waker(), started: try Waker(), admits: admits)
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(desk: desk, context: context))
        let code = pthread_create(
            &thread, nil,
            { argument in
                let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
                work.desk.serve(work.context)
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw .failed(operation: "start the thread of the ZAP handler", endpoint: nil, code: code)
        }
        self.thread = thread
        if let error = desk.waitForStart() {
            throw error
        }
    }

    /// How many connections were refused so far.
    package var refusalCount: Int { desk.refusals.withLock(\.count) }

    /// The refusals since the last call, the newest of them if there were very many.
    package func takeRefusals() -> [ZAPRefusal] {
        desk.refusals.withLock { refusals in
            defer { refusals.newest = [] }
            return refusals.newest
        }
    }

    deinit {
        desk.ending.wake()
        pthread_join(thread, nil)
    }

    private final class Work {
        let desk: ZAPDesk
        let context: Context

        init(desk: ZAPDesk, context: Context) {
            self.desk = desk
            self.context = context
        }
    }
}

/// Somebody who was not let in.
package struct ZAPRefusal: Hashable, Sendable {
    /// Nil where it showed none.
    package var key: CURVEPublicKey?
    /// The address that it came from.
    package var address: String

    package init(key: CURVEPublicKey?, address: String) {
        self.key = key
        self.address = address
    }
}
