internal import Architecture
internal import CDNNL

/// The maximum over square windows; where it was found is noted for the backward pass, the first of equals.
///
/// Takes values in any layout and leaves them in it. Shapes: [batch, channels, height, width] to
/// [batch, channels, (height - kernel) / stride + 1, (width - kernel) / stride + 1], rounded down.
final class MaxPool2d: PlannedLayer {
    let output: Activation
    private let input: Activation
    private let context: PlanContext
    private let forwardDescriptor: PrimitiveDescriptor
    private let backwardDescriptor: PrimitiveDescriptor?
    private let places: (layout: Layout, buffer: Arena.Buffer)?
    private var forwardPrimitive: Primitive?
    private var backwardPrimitive: Primitive?

    init(
        _ pool: Layer.MaxPool2d, input: Activation, output shape: Shape, context: PlanContext
    ) throws(ComputeError) {
        let engine = context.device.engine
        let strides = [dnnl_dim_t](repeating: dnnl_dim_t(pool.stride), count: 2)
        let kernel = [dnnl_dim_t](repeating: dnnl_dim_t(pool.kernel), count: 2)
        let anyDestination = try Layout(chosenByPrimitive: [input.batch] + shape.dimensions)
        let isTraining = context.purpose == .training
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        self.input = input
        self.context = context
        let forward = try context.describe("max-pooling forward") { result, attributes in
            winnow_max_pooling_forward(
                &result, engine, attributes, kind, input.layout.handle, anyDestination.handle, strides, kernel)
        }
        let destination = try forward.layout(dnnl_query_dst_md)
        forwardDescriptor = forward
        output = context.activation(shape, layout: destination, differentiable: input.gradient != nil)
        if isTraining {
            let layout = try forward.layout(dnnl_query_workspace_md)
            places = (layout, context.arena.reserve(bytes: layout.bytes))
        } else {
            places = nil
        }
        if input.gradient != nil {
            backwardDescriptor = try context.describe("max-pooling backward") { result, attributes in
                winnow_max_pooling_backward(
                    &result, engine, attributes, forward.handle, input.layout.handle, destination.handle, strides,
                    kernel)
            }
        } else {
            backwardDescriptor = nil
        }
    }

    func bind() throws(ComputeError) {
        let workspace: [Primitive.Argument] = places.map { [(DNNL_ARG_WORKSPACE, $0.layout, $0.buffer.base)] } ?? []
        forwardPrimitive = try context.primitive(
            forwardDescriptor,
            [
                (DNNL_ARG_SRC, input.layout, input.values.base), (DNNL_ARG_DST, output.layout, output.values.base),
            ] + workspace)
        if let backwardDescriptor, let gradient = output.gradient, let inputGradient = input.gradient {
            backwardPrimitive = try context.primitive(
                backwardDescriptor,
                [
                    (DNNL_ARG_DIFF_DST, output.layout, gradient.base),
                    (DNNL_ARG_DIFF_SRC, input.layout, inputGradient.base),
                ] + workspace)
        }
    }

    func forward(_ step: StepIdentity) throws(ComputeError) {
        try forwardPrimitive?.execute()
    }

    func backward() throws(ComputeError) {
        try backwardPrimitive?.execute()
    }
}
