import CHDF5

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The one door to the C library.
///
/// Most builds of libhdf5 are not safe to call from two threads, so every call goes through `call`, which holds one
/// lock for the whole process. The lock is recursive: an operation that needs several calls may hold it around all.
enum Library {
    private static let lock = RecursiveLock()

    /// Calls one C function; a negative result throws the error on the library's stack.
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

    /// Calls a function that cannot fail.
    static func locked<Result>(_ body: () -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body()
    }

    /// Calls a function that returns a new identifier, which the handle then owns.
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

    func lock() { pthread_mutex_lock(mutex) }

    func unlock() { pthread_mutex_unlock(mutex) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}

/// The owner of one identifier of the library: a file, a group, a dataset, a type, a dataspace or a property list.
///
/// The handle's end releases the identifier. The library keeps the object as long as another identifier needs it: a
/// file, for example, is closed with the last object open in it.
package final class Handle: Sendable {
    let id: hid_t

    init(owning id: hid_t) { self.id = id }

    deinit {
        // Nobody can handle the error here. `File.image()`, which must be whole, throws.
        _ = try? Library.call("H5Idec_ref", "") { H5Idec_ref(id) }
    }
}

/// A failed call of the HDF5 library, or unexpected contents of a file.
package struct HDF5Error: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The library refused; the numbers are its own (`H5E_major_t`, `H5E_minor_t`), valid within this process.
        case library(major: Int64, minor: Int64)
        /// The object exists, but holds another type than was asked for.
        case wrongType
        /// The object exists, but its contents do not follow the format that is read.
        case malformed
    }

    package let code: Code
    /// The C function that failed, or the attempted operation.
    package let operation: String
    /// The object's path inside its file, or the file's path if it could not be opened.
    package let path: String
    /// The message of the library's innermost layer, in one line.
    package let message: String

    package init(_ code: Code, operation: String, path: String, message: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.message = message
    }

    package var description: String { "HDF5: \(path): \(message) (\(operation))" }

    /// The innermost entry of the calling thread's error stack, which is emptied.
    static func current(operation: String, path: String) -> HDF5Error {
        let error = chdf5_innermost_error()
        guard error.depth > 0 else {
            return HDF5Error(
                .library(major: 0, minor: 0), operation: operation, path: path, message: "failed without a reason")
        }
        let parts = [text(error.text), text(error.major_text), text(error.minor_text)].filter { !$0.isEmpty }
        return HDF5Error(
            .library(major: error.major, minor: error.minor), operation: operation, path: path,
            message: parts.joined(separator: "; "))
    }

    /// The text of a C array of characters, which Swift imports as a tuple.
    private static func text<CharacterArray>(_ characters: CharacterArray) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
