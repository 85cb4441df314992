internal import CHDF5
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The one door to the C library.
///
/// Most builds of libhdf5 are not safe to call from two threads, so every call goes through `call`, which holds one
/// lock for the whole process. The lock is recursive: an operation that needs several calls may hold it around all.
enum Library {
    private static let lock = RecursiveLock()

    /// Runs one C function, and turns its negative result into the error that the library left on its stack.
    ///
    /// - Parameters:
    ///   - operation: the C function's name.
    ///   - path: the object that it works on.
    /// - Returns: what the function returned, which is not negative.
    @discardableResult
    static func call<Result: SignedInteger>(
        _ operation: String, _ path: String, _ body: () -> Result
    ) throws(HDF5Error) -> Result {
        lock.lock()
        defer { lock.unlock() }
        chdf5_print_no_errors()
        let result = body()
        guard result >= 0 else { throw HDF5Error.current(operation: operation, path: path) }
        return result
    }

    /// Runs a call that cannot fail.
    static func locked<Result>(_ body: () -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body()
    }

    /// The same for a function that makes something with an identifier, which the handle then owns.
    static func make(_ operation: String, _ path: String, _ body: () -> hid_t) throws(HDF5Error) -> Handle {
        Handle(owning: try call(operation, path, body))
    }
}

/// A mutex that its holder may lock again.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    func lock() {
        pthread_mutex_lock(mutex)
    }

    func unlock() {
        pthread_mutex_unlock(mutex)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}
