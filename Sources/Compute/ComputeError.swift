internal import CDNNL

/// Why a computation could not be planned or carried out.
public struct ComputeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, without the words.
    public enum Code: Sendable, Hashable {
        /// oneDNN refused or failed an operation; its status is kept.
        case library(status: Int32)
        /// The system gave no memory for a plan.
        case outOfMemory
        /// A batch, a buffer or a class index that does not fit the plan.
        case invalidBatch
        /// A setting outside its range.
        case invalidSetting
        /// A state that is not this model's: a name is missing or unknown, or a shape differs.
        case invalidState
    }

    public let code: Code
    /// The operation that failed, such as "convolution forward".
    public let operation: String
    /// What was wrong with it.
    public let detail: String

    public var description: String {
        detail.isEmpty ? operation : "\(operation): \(detail)"
    }

    init(_ code: Code, _ operation: String, _ detail: String) {
        self.code = code
        self.operation = operation
        self.detail = detail
    }

    init(status: dnnl_status_t, operation: String) {
        let name = String(cString: dnnl_status2str(status))
        self.init(.library(status: Int32(bitPattern: status.rawValue)), operation, "oneDNN reports \(name)")
    }
}
