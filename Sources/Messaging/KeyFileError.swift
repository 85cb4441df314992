internal import Glibc

/// A key file, or a list of keys, that cannot be used.
package struct KeyFileError: Error, Hashable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        case exists
        case missing
        case noFile
        case tooOpen(mode: UInt32)
        case tooLarge(limit: Int)
        case isPublic
        case noKey
        case badKey
        /// A line of a list, from 1.
        case badLine(Int)
        case system(Int32)
    }

    package let path: String
    package let problem: Problem

    package init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        let reason =
            switch problem {
            case .exists: "is there already; --force replaces it"
            case .missing: "there is no such file; winnow keygen makes keys"
            case .noFile: "is not a plain file"
            case .tooOpen(let mode):
                "others may read this secret key (mode 0\(String(mode, radix: 8))); chmod 600 closes it to them"
            case .tooLarge(let limit): "has more than \(limit) bytes, and is no key file"
            case .isPublic: "is a public key file; the private one, NAME.key, is needed here"
            case .noKey: "holds no key; a line must begin with public-key or secret-key"
            case .badKey: "its keys are damaged: each is 40 characters of Z85, and the two must be a pair"
            case .badLine(let line): "line \(line) is no public key of 40 characters; comments begin with #"
            case .system(let code): "\(String(cString: strerror(code))) (\(code))"
            }
        return "\(path): \(reason)"
    }
}
