internal import Architecture

/// What one layer of a plan computes: a node of the model, together with what is fused into it.
struct PlanStep: Hashable {
    /// The node whose operation and parameters these are; its index also keys its random draws.
    let node: Int
    var input: Int
    /// A batch normalisation that follows a convolution, in evaluation: a factor and a summand for each channel.
    var normalization: Int?
    /// A value that is added to the result.
    var residual: Int?
    /// Whether a ReLU ends it.
    var relu = false
    /// The value that it leaves.
    var output: Int
}

extension ModelGraph {
    /// The nodes as steps, with every sum, ReLU and normalisation fused into the layer before it where that layer can
    /// take it, so that values pass through memory once.
    ///
    /// A ReLU before a max-pooling is computed by the pooling, on a fraction of the values. Nothing changes: ReLU
    /// keeps the order of positive values, so the maximum is the same one, and where no value of a window is positive
    /// the gradient is zero either way.
    ///
    /// - Parameter fusesConvolutions: whether a convolution can take in what follows it.
    func steps(for purpose: PlanContext.Purpose, fusesConvolutions: Bool) -> [PlanStep] {
        let consumers = consumers()
        var absorbed = Set<Int>()
        var steps: [PlanStep] = []

        /// The only node that takes `value`, if it is one that may be fused with what computes the value.
        func next(_ value: Int) -> Int? {
            guard consumers[value].count == 1, let node = consumers[value].first, node < nodes.count,
                !absorbed.contains(node)
            else { return nil }
            return node
        }
        for index in nodes.indices where !absorbed.contains(index) {
            var step = PlanStep(node: index, input: nodes[index].inputs[0], output: index + 1)
            if nodes[index].operation == .add { step.residual = nodes[index].inputs[1] }
            if nodes[index].operation == .activation(.relu), let pooling = next(step.output),
                case .maxPooling = nodes[pooling].operation
            {
                absorbed.insert(pooling)
                steps.append(
                    PlanStep(node: pooling, input: step.input, relu: true, output: pooling + 1))
                continue
            }
            let isFusable = nodes[index].operation.fuses(convolutions: fusesConvolutions)
            let isEvaluated = nodes[index].operation.kind == .convolution && purpose == .evaluation
            if isFusable, isEvaluated, let norm = next(step.output), case .batchNorm = nodes[norm].operation {
                absorbed.insert(norm)
                step.normalization = norm
                step.output = norm + 1
            }
            if isFusable, isEvaluated || nodes[index].operation.kind == .batchNorm, let sum = next(step.output),
                nodes[sum].operation == .add, let other = nodes[sum].inputs.first(where: { $0 != step.output })
            {
                absorbed.insert(sum)
                step.residual = other
                step.output = sum + 1
            }
            if isFusable, let relu = next(step.output), nodes[relu].operation == .activation(.relu),
                !isBeforeMaxPooling(relu, next)
            {
                absorbed.insert(relu)
                step.relu = true
                step.output = relu + 1
            }
            steps.append(step)
        }
        // A step that took in a sum waits for the sum's other value.
        return steps.sorted { $0.output < $1.output }
    }

    private func isBeforeMaxPooling(_ relu: Int, _ next: (Int) -> Int?) -> Bool {
        guard let pooling = next(relu + 1), case .maxPooling = nodes[pooling].operation else { return false }
        return true
    }

    /// For each value the nodes that take it; the output is taken by one beyond the last node.
    private func consumers() -> [[Int]] {
        var consumers = [[Int]](repeating: [], count: nodes.count + 1)
        for (index, node) in nodes.enumerated() {
            for value in node.inputs { consumers[value].append(index) }
        }
        consumers[nodes.count].append(nodes.count)
        return consumers
    }
}

extension Operation {
    /// Whether its layer can end with a sum or a ReLU of its own.
    fileprivate func fuses(convolutions: Bool) -> Bool {
        switch kind {
        case .convolution: convolutions
        case .linear, .batchNorm, .add: true
        default: false
        }
    }
}
