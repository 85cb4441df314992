internal import Architecture

/// A layer's tensors within the store.
struct LayerParameters: Sendable, Hashable {
    /// What the optimizer changes, weight first.
    let trained: [Parameter]
    /// What training keeps beside the parameters: batch normalisation's running mean and variance.
    let statistics: [Parameter]

    var weight: Parameter { trained[0] }
    var bias: Parameter? { trained.dropFirst().first }

    /// The tensors of `node` laid out from `offset` on in the parameters' block, and from `statisticsOffset` on in the
    /// statistics'; nil for a layer without any.
    init?(of node: ModelGraph.Node, weightOrder: StorageOrder, from offset: Int, statisticsOffset: Int) {
        guard !node.tensors.isEmpty else { return nil }
        var (trained, statistics): ([Parameter], [Parameter]) = ([], [])
        for tensor in node.tensors {
            let parameter = Parameter(
                name: "\(node.name).\(tensor.name)", shape: tensor.shape,
                order: tensor.name == "weight" ? weightOrder : .plain, start: tensor.start,
                offset: tensor.isTrained ? trained.last?.end ?? offset : statistics.last?.end ?? statisticsOffset)
            if tensor.isTrained { trained.append(parameter) } else { statistics.append(parameter) }
        }
        self.trained = trained
        self.statistics = statistics
    }
}
