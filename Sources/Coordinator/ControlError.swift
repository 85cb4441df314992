import Glibc

/// A coordinator that cannot be asked, or does not do as it is told.
package enum ControlError: Error, Hashable, CustomStringConvertible {
    /// No coordinator is at work on this machine.
    case nobody(folder: String)
    /// Somebody listens, but has not answered in time.
    case silent(folder: String, after: Duration)
    case refused(folder: String, reason: String)
    /// What came back is no answer.
    case misunderstood(folder: String, reason: String)
    case system(_ operation: String, folder: String, code: Int32)

    package var description: String {
        switch self {
        case .nobody(let folder):
            "\(folder): no coordinator is at work on this study on this machine"
        case .silent(let folder, let limit):
            "\(folder): its coordinator has not answered for \(limit.components.seconds) s; is it stopped, or its machine "
                + "overloaded?"
        case .refused(let folder, let reason):
            "\(folder): its coordinator refuses: \(reason)"
        case .misunderstood(let folder, let reason):
            "\(folder): its coordinator answers in another language (\(reason)); is it another version of winnow?"
        case .system(let operation, let folder, let code):
            "\(folder): cannot \(operation) its control socket: \(String(cString: strerror(code)))"
        }
    }
}
