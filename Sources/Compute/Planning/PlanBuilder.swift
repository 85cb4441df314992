internal import Architecture

/// Appends layer after layer to a plan and keeps the values that they leave.
struct PlanBuilder {
    private let model: ModelGraph
    private let context: PlanContext
    private let steps: [PlanStep]
    /// The value that the model leaves.
    private let outputValue: Int
    /// How many steps take each value; the model's output counts as one.
    private let uses: [Int: Int]
    private var values: [Int: Value]
    private(set) var layers: [any PlannedLayer] = []

    init(_ model: ModelGraph, input: Value, context: PlanContext) {
        self.model = model
        self.context = context
        // What a step that changes nothing leaves is the value that it took, whoever takes that.
        var same = Array(0...model.nodes.count)
        let steps = model.steps(for: context.purpose, fusesConvolutions: context.kernels.fusesConvolutions)
            .compactMap { step in
                var step = step
                step.input = same[step.input]
                step.residual = step.residual.map { same[$0] }
                guard model.nodes[step.node].operation.changesValues(for: context.purpose) else {
                    same[step.output] = step.input
                    return nil as PlanStep?
                }
                return step
            }
        self.steps = steps
        outputValue = same[model.nodes.count]
        uses = (steps.flatMap { [$0.input] + ($0.residual.map { [$0] } ?? []) } + [outputValue])
            .reduce(into: [:]) { $0[$1, default: 0] += 1 }
        values = [0: input]
    }

    /// Plans every step.
    ///
    /// - Returns: the model's output, row-major.
    mutating func build() throws(ComputeError) -> Value {
        for step in steps {
            let layer = try layer(for: step)
            layers.append(layer)
            values[step.output] = layer.output
        }
        return rearranged(values[outputValue]!, to: .rowMajor)
    }

    private mutating func layer(for step: PlanStep) throws(ComputeError) -> any PlannedLayer {
        let node = model.nodes[step.node]
        let input = values[step.input]!
        let parameters = context.store.layers[step.node]
        switch node.operation {
        case .linear:
            return Linear(site(step), parameters!, input: rearranged(input, to: .rowMajor))
        case .embedding(let embedding):
            return Embedding(embedding, site(step), parameters!, input: rearranged(input, to: .rowMajor))
        case .convolution(let conv):
            let site = site(step, shape: croppedShape(step))
            let isStem = parameters!.weight.order == .blockedOutputs
            let image = isStem ? input : rearranged(input, to: .blocked)
            return try context.kernels.convolution(
                conv, site, parameters!, input: image, normalization: normalization(step),
                residual: step.residual.map { rearranged(values[$0]!, to: .blocked) })
        case .batchNorm(let norm):
            let image = rearranged(input, to: input.shape.isImage ? .blocked : .rowMajor)
            let residual = step.residual.map { rearranged(values[$0]!, to: image.arrangement) }
            return context.isTraining
                ? BatchNorm(norm, site(step), parameters!, input: image, residual: residual)
                : FoldedBatchNorm(norm, site(step), parameters!, input: image, residual: residual)
        case .layerNorm(let norm):
            return LayerNorm(norm, site(step), parameters!, input: rearranged(input, to: .rowMajor))
        case .activation(let function):
            return ActivationLayer(function, site(step), input: input)
        case .maxPooling(let pool):
            return MaxPooling(pool, site(step), input: rearranged(input, to: .blocked))
        case .averagePooling(let pool):
            return AveragePooling(pool, site(step), input: rearranged(input, to: .blocked))
        case .globalAveragePooling:
            return GlobalAveragePooling(site(step), input: rearranged(input, to: .blocked))
        case .flatten:
            return Flatten(site(step), input: rearranged(input, to: .rowMajor))
        case .channelDropout(let probability):
            return Dropout(
                of: .channel, probability: probability, site(step), input: rearranged(input, to: .blocked))
        case .dropout(let probability):
            // Row-major, so that a mask belongs to the values, however the layers around it block them.
            return Dropout(
                of: .value, probability: probability, site(step), input: rearranged(input, to: .rowMajor))
        case .add:
            return Addition(
                site(step), input: input, other: rearranged(values[step.residual!]!, to: input.arrangement))
        }
    }

    /// Where a layer stands, and what it leaves.
    private func site(_ step: PlanStep, shape: Shape? = nil) -> LayerSite {
        LayerSite(
            name: model.nodes[step.node].name, index: step.node, relu: step.relu,
            shape: shape ?? model.shape(ofValue: step.output), isOnlyUse: uses[step.output] == 1, context: context)
    }

    private func normalization(_ step: PlanStep) -> FoldedNormalization? {
        guard let index = step.normalization, case .batchNorm(let norm) = model.nodes[index].operation else {
            return nil
        }
        return FoldedNormalization(norm, context.store.layers[index]!, context: context)
    }

    /// The part of a convolution's output that the pooling after it looks at: where its windows do not reach the last
    /// rows and columns, these need not be computed, and their gradient is zero. A value that is added to the output is
    /// whole, so the output has to be.
    private func croppedShape(_ step: PlanStep) -> Shape? {
        guard context.kernels.fusesConvolutions, uses[step.output] == 1, step.residual == nil,
            let consumer = steps.first(where: { $0.input == step.output })
        else { return nil }
        switch model.nodes[consumer.node].operation {
        case .maxPooling(let pool), .averagePooling(let pool):
            let pooled = model.nodes[consumer.node].output
            let full = model.shape(ofValue: step.output)
            guard pool.padding == 0 else { return nil }
            let seen = zip(full.dimensions, pooled.dimensions).dropFirst().map { size, windows in
                min(size, (windows - 1) * pool.stride + pool.kernel)
            }
            return Shape([full.channels] + seen)
        default:
            return nil
        }
    }

    /// The same values in another arrangement.
    private mutating func rearranged(_ value: Value, to arrangement: Arrangement) -> Value {
        guard value.arrangement != arrangement, value.shape.isImage else { return value }
        let layer = Rearrangement(value, to: arrangement, context: context)
        layers.append(layer)
        return layer.output
    }
}

extension Operation {
    /// Not so dropout in evaluation, or at a probability of 0.
    fileprivate func changesValues(for purpose: PlanContext.Purpose) -> Bool {
        switch self {
        case .dropout(let probability), .channelDropout(let probability): purpose == .training && probability > 0
        default: true
        }
    }
}
