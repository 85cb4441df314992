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

/// Why training or evaluation ended early.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The loss became NaN or infinite: training has diverged.
    case nonFiniteLoss(epoch: Int, step: Int, value: Double)
    /// The samples do not fit the model, or there are none.
    case unfitSamples(String)
    /// The recipe has a setting outside its range, or asks for what samples, model or loss do not have.
    case unfitRecipe(String)
    case compute(ComputeError)

    public var description: String {
        switch self {
        case .nonFiniteLoss(let epoch, let step, let value):
            "the training loss is \(value) in epoch \(epoch), step \(step)"
        case .unfitSamples(let reason), .unfitRecipe(let reason):
            reason
        case .compute(let error):
            error.description
        }
    }
}
