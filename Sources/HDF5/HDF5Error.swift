internal import CHDF5

/// What went wrong in a call of the HDF5 library, or with what was found in a file.
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
    /// The C function that failed, or what was attempted.
    package let operation: String
    /// The object's path inside its file, or the file's own path when it could not be opened.
    package let path: String
    /// What the innermost layer had to say, in one line.
    package let message: String

    package init(_ code: Code, operation: String, path: String, message: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.message = message
    }

    package var description: String {
        "HDF5: \(path): \(message) (\(operation))"
    }

    /// Takes the innermost entry of the calling thread's error stack, and leaves the stack empty.
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

    /// The text of a C array of characters that came in as a tuple.
    private static func text<CharacterArray>(_ characters: CharacterArray) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
