internal import Files
internal import Glibc

/// Why something cannot be exported.
package enum ExportError: Error, Hashable, CustomStringConvertible {
    case cannotWrite(String, code: Int32)

    package var description: String {
        switch self {
        case .cannotWrite(let path, let code): "\(path): cannot be written: \(String(cString: strerror(code)))"
        }
    }
}

extension ExportError: SystemCallError {
    package init(failed operation: String, at path: String, code: Int32) { self = .cannotWrite(path, code: code) }
}
