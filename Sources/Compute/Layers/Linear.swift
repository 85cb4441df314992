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
    private var outputGradient: MaskedGradient?
    private var inputGradient: GradientPart?

    init(_ place: LayerPlace, _ parameters: LayerParameters, input: Value) {
        let store = place.context.store
        name = place.name
        kind = place.relu ? "linear, relu" : "linear"
        context = place.context
        relu = place.relu
        self.input = input
        rows = input.batch
        inputs = parameters.weight.shape[1]
        outputs = parameters.weight.shape[0]
        weight = store.values(of: parameters.weight)
        weightGradient = store.gradients(of: parameters.weight)
        bias = parameters.bias.map(store.values(of:))
        biasGradient = parameters.bias.map(store.gradients(of:))
        output = place.output(.rowMajor, from: input, hasParameters: true, isKept: place.relu)
        for product in products { context.arena.requireScratch(floats: product.scratchFloats) }
    }

    func planBackward() {
        outputGradient = MaskedGradient(of: output, relu: relu, context.arena)
        inputGradient = GradientPart(to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer],
            backward: [input.buffer] + (outputGradient?.buffers ?? []) + (inputGradient?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try forwardProduct.run(
            .init(input.base, stride: inputs), .init(weight, stride: inputs, transposed: true), bias: bias, relu: relu,
            into: output.base, scratch: context.arena.scratch)
    }

    func backward() throws(ComputeError) {
        guard let outputGradient else { return }
        outputGradient.compute()
        let gradient = outputGradient.buffer.base!
        let scratch = context.arena.scratch
        try weightProduct.run(
            .init(gradient, stride: outputs, transposed: true), .init(input.base, stride: inputs),
            into: weightGradient, scratch: scratch)
        if let biasGradient {
            winnow_sum_columns(gradient, biasGradient, rows, outputs)
        }
        if let inputGradient {
            try inputProduct.run(
                .init(gradient, stride: outputs), .init(weight, stride: inputs), into: inputGradient.target.base,
                scratch: scratch)
            inputGradient.finish()
        }
    }

    private var forwardProduct: Product { product(rows, outputs, inputs) }
    private var weightProduct: Product { product(outputs, inputs, rows) }
    private var inputProduct: Product { product(rows, inputs, outputs) }
    private var products: [Product] { [forwardProduct, weightProduct, inputProduct] }

    private func product(_ rows: Int, _ columns: Int, _ inner: Int) -> Product {
        Product(rows: rows, columns: columns, inner: inner, kernels: context.options.kernels)
    }
}
