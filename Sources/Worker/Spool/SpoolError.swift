import Glibc

/// What a worker's spool cannot do.
package struct SpoolError: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// The name of the system call that failed.
    package let operation: String
    /// Its `errno`.
    package let code: Int32

    package var description: String {
        "\(path): \(String(cString: strerror(code))) (\(operation), errno \(code))"
    }

    /// A failed system call, with the `errno` that it left.
    static func system(_ operation: String, _ path: String) -> SpoolError {
        SpoolError(path: path, operation: operation, code: errno)
    }
}
