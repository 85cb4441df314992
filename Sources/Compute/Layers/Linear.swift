internal import Architecture
internal import CKernels

/// y = x W^T + b.
///
/// Shapes: x [batch, inputs], W [outputs, inputs], b [outputs], y [batch, outputs]. Backwards dW = dy^T x,
/// db = the sum of dy over the batch, dx = dy W.
final class Linear: PlannedLayer {
    let output: Activation
    private let input: Activation
    private let weight: UnsafeMutablePointer<Float>
    private let weightGradient: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>?
    private let biasGradient: UnsafeMutablePointer<Float>?
    private let arena: Arena
    private let rows: Int
    private let inputs: Int
    private let outputs: Int

    init(_ parameters: LayerParameters, input: Activation, context: PlanContext) throws(ComputeError) {
        let store = context.store
        self.input = input
        rows = input.batch
        inputs = parameters.weight.shape[1]
        outputs = parameters.weight.shape[0]
        weight = store.values(of: parameters.weight)
        weightGradient = store.gradients(of: parameters.weight)
        bias = parameters.bias.map(store.values(of:))
        biasGradient = parameters.bias.map(store.gradients(of:))
        arena = context.arena
        output = context.activation(
            [outputs], layout: try Layout(rowMajor: [rows, outputs]), differentiable: true)
        arena.requireScratch(bytes: Product.scratchBytes(longest: max(rows, inputs, outputs)))
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try Product(rows: rows, columns: outputs, inner: inputs).run(
            .init(input.values.base, stride: inputs),
            .init(weight, stride: inputs, transposed: true),
            bias: bias, into: output.values.base, scratch: arena.scratch)
    }

    func backward() throws(ComputeError) {
        guard let gradient = output.gradient?.base else { return }
        try Product(rows: outputs, columns: inputs, inner: rows).run(
            .init(gradient, stride: outputs, transposed: true),
            .init(input.values.base, stride: inputs),
            into: weightGradient, scratch: arena.scratch)
        if let biasGradient {
            winnow_sum_columns(gradient, biasGradient, rows, outputs)
        }
        if let inputGradient = input.gradient?.base {
            try Product(rows: rows, columns: inputs, inner: outputs).run(
                .init(gradient, stride: outputs),
                .init(weight, stride: inputs),
                into: inputGradient, scratch: arena.scratch)
        }
    }
}
