internal import Architecture

/// Appends layer after layer to a plan and keeps the values and the layout that the last one leaves.
struct PlanBuilder {
    let context: PlanContext
    private(set) var current: Activation
    private(set) var layers: [any PlannedLayer] = []

    init(context: PlanContext, input: Activation) {
        self.context = context
        current = input
    }

    /// Plans the model's element number `index`.
    mutating func append(_ element: PlacedModel.Element, index: Int) throws(ComputeError) {
        switch element.layer {
        case .linear:
            try makeRowMajor()
            append(try Linear(context.store.layers[index]!, input: current, context: context))
        case .conv2d(let conv):
            let parameters = context.store.layers[index]!
            let descriptors = try ConvolutionDescriptors(
                conv, input: current, output: element.output, parameters: parameters, context: context)
            try reorder(to: descriptors.inputLayout)
            append(
                try Conv2d(
                    descriptors, output: element.output, parameters: parameters, input: current, context: context))
        case .relu:
            append(ReLU(input: current))
        case .maxPool2d(let pool):
            append(try MaxPool2d(pool, input: current, output: element.output, context: context))
        case .flatten:
            try makeRowMajor()
            current = try current.flattened()
        case .dropout(let dropout):
            guard context.purpose == .training, dropout.probability > 0 else { return }
            // Row-major, so that a mask belongs to the values, however the layers around it block them.
            try makeRowMajor()
            append(Dropout(probability: dropout.probability, index: index, input: current, context: context))
        }
    }

    /// Ends a run of blocked layouts.
    mutating func makeRowMajor() throws(ComputeError) {
        try reorder(to: Layout(rowMajor: current.dimensions))
    }

    private mutating func reorder(to layout: Layout) throws(ComputeError) {
        guard current.layout != layout else { return }
        append(try Reordering(input: current, to: layout, context: context))
    }

    private mutating func append(_ layer: any PlannedLayer) {
        layers.append(layer)
        current = layer.output
    }
}
