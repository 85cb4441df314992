internal import Architecture
internal import CKernels

/// The maximum over square windows, and of it and zero where a ReLU is fused; where it was found is noted for the
/// backward pass, the first of equals.
///
/// Shapes: [batch, channels, height, width] to [batch, channels, (height + 2 padding - kernel) / stride + 1, ...],
/// rounded down.
final class MaxPooling: PlannedLayer {
    let name: String
    let kind: String
    let output: Value
    private let input: Value
    private let relu: Bool
    private let context: PlanContext
    private let shape: winnow_pooling_shape
    private let places: Arena.Buffer?
    private var inputGradient: GradientPart?

    init(_ pool: Layer.Pool2d, _ place: LayerPlace, input: Value) {
        name = place.name
        kind = place.relu ? "max_pooling, relu" : "max_pooling"
        context = place.context
        relu = place.relu
        self.input = input
        shape = winnow_pooling_shape(pool, from: input, to: place.shape)
        output = place.output(.blocked, from: input, isKept: false)
        places = output.isDifferentiable ? context.arena.reserve(bytes: output.buffer.count) : nil
    }

    func planBackward() {
        inputGradient = GradientPart(to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer, places],
            backward: [output.gradient?.buffer, places] + (inputGradient?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        withUnsafePointer(to: shape) { winnow_max_pool_forward($0, input.base, relu ? 1 : 0, output.base, noted) }
    }

    func backward() {
        guard let inputGradient, let gradient = output.gradient?.buffer.base else { return }
        withUnsafePointer(to: shape) { winnow_max_pool_backward($0, gradient, noted, inputGradient.target.base) }
        inputGradient.finish()
    }

    private var noted: UnsafeMutablePointer<UInt8>? {
        places.map { UnsafeMutableRawPointer($0.base).assumingMemoryBound(to: UInt8.self) }
    }
}

/// The mean over square windows; what padding adds counts as zeros.
final class AveragePooling: PlannedLayer {
    let name: String
    let kind = "average_pooling"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private let shape: winnow_pooling_shape
    private var inputGradient: GradientPart?

    init(_ pool: Layer.Pool2d, _ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.input = input
        shape = winnow_pooling_shape(pool, from: input, to: place.shape)
        output = place.output(.blocked, from: input, isKept: false)
    }

    func planBackward() {
        inputGradient = GradientPart(to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer],
            backward: [output.gradient?.buffer] + (inputGradient?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        withUnsafePointer(to: shape) { winnow_average_pool_forward($0, input.base, output.base) }
    }

    func backward() {
        guard let inputGradient, let gradient = output.gradient?.buffer.base else { return }
        withUnsafePointer(to: shape) { winnow_average_pool_backward($0, gradient, inputGradient.target.base) }
        inputGradient.finish()
    }
}

/// The mean over all pixels of each channel: [batch, channels, height, width] to [batch, channels, 1, 1].
final class GlobalAveragePooling: PlannedLayer {
    let name: String
    let kind = "global_average_pooling"
    let output: Value
    private let input: Value
    private let context: PlanContext
    private var inputGradient: GradientPart?

    init(_ place: LayerPlace, input: Value) {
        name = place.name
        context = place.context
        self.input = input
        output = place.output(.blocked, from: input, isKept: false)
    }

    func planBackward() {
        inputGradient = GradientPart(to: input, context.arena)
    }

    var footprint: Footprint {
        Footprint(
            forward: [input.buffer, output.buffer],
            backward: [output.gradient?.buffer] + (inputGradient?.buffers ?? []))
    }

    func forward(_ step: StepIdentity) {
        winnow_global_average_forward(input.base, output.base, planes, input.shape.pixels)
    }

    func backward() {
        guard let inputGradient, let gradient = output.gradient?.buffer.base else { return }
        winnow_global_average_backward(gradient, inputGradient.target.base, planes, input.shape.pixels)
        inputGradient.finish()
    }

    private var planes: Int { input.batch * input.shape.channelBlocks }
}

extension winnow_pooling_shape {
    fileprivate init(_ pool: Layer.Pool2d, from input: Value, to output: Shape) {
        self.init(
            planes: input.batch * input.shape.channelBlocks, height: input.shape.dimensions[1],
            width: input.shape.dimensions[2], out_height: output.dimensions[1], out_width: output.dimensions[2],
            kernel: pool.kernel, stride: pool.stride, padding: pool.padding)
    }
}
