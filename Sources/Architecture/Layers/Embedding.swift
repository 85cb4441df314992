extension Layer {
    /// A learned vector in the place of a category's position: y = (x before the place, row x[place] of W, x behind it),
    /// with W of shape [categories, dimensions]; `torch.nn.Embedding` for one number of a flat sample.
    ///
    /// A position that is none of the categories' has the vector 0, and so have all before training: a category that
    /// training never shows is like an unknown one.
    ///
    /// Source: Guo, Berkhahn, "Entity embeddings of categorical variables", arXiv:1604.06737.
    public struct Embedding: Hashable, Sendable {
        /// Where in the incoming sample the position stands.
        public var place: Int
        public var categories: Int
        public var dimensions: Int

        public init(place: Int, categories: Int, dimensions: Int) {
            self.place = place
            self.categories = categories
            self.dimensions = dimensions
        }
    }

    /// None of ``kinds``: which columns are embedded is said of the data, not of the model.
    public static func embedding(_ embedding: Embedding) -> Layer { Layer(embedding) }
}

extension Layer.Embedding: LayerKind {
    package var name: String { "embedding" }

    package func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer {
        guard input.shape.dimensions.count == 1, place < input.shape.count else {
            throw input.misfit("a flat sample of more than \(place) numbers")
        }
        return SizedLayer(
            .embedding(self), output: [input.shape.count - 1 + dimensions],
            tensors: [LayerTensor("weight", [categories, dimensions], .constant(0))])
    }
}

extension ModelDescription {
    /// The model behind embeddings of some of its input's numbers: layers `embedding.0`, `embedding.1`, ...
    ///
    /// - Parameter embeddings: their places are those in the input, and ascend.
    public func embedding(_ embeddings: [Layer.Embedding]) -> ModelDescription {
        guard !embeddings.isEmpty else { return self }
        var layers: [Layer] = []
        // Each moves the places behind it.
        var shift = 0
        for var embedding in embeddings {
            embedding.place += shift
            shift += embedding.dimensions - 1
            layers.append(.embedding(embedding))
        }
        return ModelDescription(
            elements: [Element("embedding", .sequential(ModelDescription(layers)))] + elements,
            initialization: initialization)
    }
}
