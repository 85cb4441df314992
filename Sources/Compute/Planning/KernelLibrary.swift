internal import Architecture
internal import CKernels

/// Who computes convolutions and matrix products; ``PlanOptions/Kernels/library`` is where one is chosen.
protocol KernelLibrary: Sendable {
    /// For a study's provenance: "own x86-64-v3", or "onednn".
    var description: String { get }

    /// Whether a convolution takes in what follows it (a normalisation in evaluation, a sum, a ReLU), and leaves out the
    /// rows and columns that no pooling reads.
    var fusesConvolutions: Bool { get }

    /// A convolution of an image.
    ///
    /// - Parameters:
    ///   - normalization: folded into it, and `residual` is added to it, where the library fuses.
    func convolution(
        _ conv: Operation.Convolution, _ site: LayerSite, _ parameters: LayerParameters, input: Value,
        normalization: FoldedNormalization?, residual: Value?
    ) throws(ComputeError) -> any PlannedLayer

    /// C = A B with C of shape [rows, columns] and a sum over `inner` terms.
    func product(rows: Int, columns: Int, inner: Int) -> any MatrixProduct
}

extension PlanOptions.Kernels {
    var library: any KernelLibrary {
        switch self {
        case .own: OwnKernels()
        case .oneDNN: OneDNNKernels()
        }
    }
}

/// This project's kernels, each where the committed rule says so.
private struct OwnKernels: KernelLibrary {
    var description: String { "own \(String(cString: winnow_instruction_set()))" }
    var fusesConvolutions: Bool { true }

    func convolution(
        _ conv: Operation.Convolution, _ site: LayerSite, _ parameters: LayerParameters, input: Value,
        normalization: FoldedNormalization?, residual: Value?
    ) -> any PlannedLayer {
        Convolution(conv, site, parameters, normalization: normalization, input: input, residual: residual)
    }

    func product(rows: Int, columns: Int, inner: Int) -> any MatrixProduct {
        KernelProduct(rows: rows, columns: columns, inner: inner)
    }
}

/// oneDNN for all that it can do: slower, and a reference for the others.
private struct OneDNNKernels: KernelLibrary {
    var description: String { PlanOptions.Kernels.oneDNN.rawValue }
    /// Its convolutions take nothing but their bias.
    var fusesConvolutions: Bool { false }

    func convolution(
        _ conv: Operation.Convolution, _ site: LayerSite, _ parameters: LayerParameters, input: Value,
        normalization: FoldedNormalization?, residual: Value?
    ) throws(ComputeError) -> any PlannedLayer {
        precondition(normalization == nil && residual == nil && !site.relu, "oneDNN's convolutions fuse nothing")
        return try LibraryConvolution(conv, site, parameters, input: input)
    }

    func product(rows: Int, columns: Int, inner: Int) -> any MatrixProduct {
        LibraryProduct(rows: rows, columns: columns, inner: inner)
    }
}
