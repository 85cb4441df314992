internal import Architecture
internal import Glibc

/// How a model is planned, beyond what it says itself.
package struct PlanOptions: Hashable, Sendable {
    /// Who computes convolutions and matrix products.
    package enum Kernels: String, Hashable, Sendable {
        case own
        case oneDNN = "onednn"
    }

    package var kernels: Kernels
    /// Whether the backward pass goes on to the gradient by the model's input.
    package var differentiatesInput: Bool
    /// Whether values that are never needed at the same time lie in the same memory.
    package var sharesMemory: Bool

    package init(kernels: Kernels = .own, differentiatesInput: Bool = false, sharesMemory: Bool = true) {
        self.kernels = kernels
        self.differentiatesInput = differentiatesInput
        self.sharesMemory = sharesMemory
    }

    /// As the environment's `WINNOW_KERNELS` says.
    ///
    /// - Throws: ``ComputeError`` as ``init(word:)``.
    static func fromEnvironment() throws(ComputeError) -> PlanOptions {
        try PlanOptions(word: getenv("WINNOW_KERNELS").map { String(cString: $0) } ?? "")
    }

    /// The kernels that a word of `WINNOW_KERNELS` asks for: `own`, which is the default, or `onednn`.
    ///
    /// - Throws: ``ComputeError`` with `invalidSetting` for another word.
    package init(word: String) throws(ComputeError) {
        guard let kernels = word.isEmpty ? .own : Kernels(rawValue: word) else {
            throw ComputeError(.invalidSetting, "read WINNOW_KERNELS", "it must be own or onednn, not \"\(word)\"")
        }
        self.init(kernels: kernels)
    }
}

/// What the layers of one plan share while they are planned.
final class PlanContext {
    enum Purpose {
        case training
        case evaluation
    }

    let purpose: Purpose
    let batch: Int
    let options: PlanOptions
    let kernels: any KernelLibrary
    let device: Device
    let store: ParameterStore
    let arena: Arena

    init(purpose: Purpose, batch: Int, options: PlanOptions, device: Device, store: ParameterStore) {
        self.purpose = purpose
        self.batch = batch
        self.options = options
        self.device = device
        self.store = store
        kernels = options.kernels.library
        arena = Arena(sharesMemory: options.sharesMemory)
    }

    var isTraining: Bool { purpose == .training }
}
