internal import CKernels

/// y = x W^T + b, and a ReLU where one follows.
///
/// Shapes: x [batch, inputs], W [outputs, inputs], b [outputs], y [batch, outputs]. Backwards dW = dy^T x,
/// db = the sum of dy over the batch, dx = dy W.
final class Linear: PlannedLayer {
    let name: String
    let kind: String
    let output: Value
    private let input: Value
    private let relu: Bool
    private let context: PlanContext
    private let weight: UnsafeMutablePointer<Float>
    private let weightGradient: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>?
    private let biasGradient: UnsafeMutablePointer<Float>?
    private let rows: Int
    private let inputs: Int
    private let outputs: Int
    private let forwardProduct: any MatrixProduct
    private let weightProduct: any MatrixProduct
    private let inputProduct: any MatrixProduct

    init(_ site: LayerSite, _ parameters: LayerParameters, input: Value) {
        let (store, kernels) = (site.context.store, site.context.kernels)
        name = site.name
        kind = site.relu ? "linear, relu" : "linear"
        context = site.context
        relu = site.relu
        self.input = input
        rows = input.batch
        inputs = parameters.weight.shape[1]
        outputs = parameters.weight.shape[0]
        weight = store.values(of: parameters.weight)
        weightGradient = store.gradients(of: parameters.weight)
        bias = parameters.bias.map(store.values(of:))
        biasGradient = parameters.bias.map(store.gradients(of:))
        output = site.output(.rowMajor, from: input, hasParameters: true, isKept: site.relu)
        forwardProduct = kernels.product(rows: rows, columns: outputs, inner: inputs)
        weightProduct = kernels.product(rows: outputs, columns: inputs, inner: rows)
        inputProduct = kernels.product(rows: rows, columns: inputs, inner: outputs)
        for product in [forwardProduct, weightProduct, inputProduct] {
            context.arena.requireScratch(floats: product.scratchFloats)
        }
    }

    var outputGradient: OutputGradientUse { relu ? .overwritten : .read }
    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer], backward: [input.buffer, relu ? output.buffer : nil])
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try forwardProduct.run(
            .init(input.base, stride: inputs), .init(weight, stride: inputs, transposed: true), bias: bias, relu: relu,
            into: output.base, scratch: context.arena.scratch)
    }

    func backward(_ gradients: LayerGradients) throws(ComputeError) {
        let gradient = gradients.output.base!
        let scratch = context.arena.scratch
        if relu { winnow_relu_backward(output.base, gradient, output.buffer.count) }
        try weightProduct.run(
            .init(gradient, stride: outputs, transposed: true), .init(input.base, stride: inputs),
            into: weightGradient, scratch: scratch)
        if let biasGradient {
            winnow_sum_columns(gradient, biasGradient, rows, outputs)
        }
        if let inputGradient = gradients.input {
            try inputProduct.run(
                .init(gradient, stride: outputs), .init(weight, stride: inputs), into: inputGradient.base,
                scratch: scratch)
        }
    }
}
