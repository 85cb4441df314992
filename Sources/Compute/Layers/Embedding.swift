internal import Architecture

/// A learned vector in the place of a category's position: see ``Layer/Embedding``.
///
/// Shapes: x [batch, inputs], W [categories, dimensions], y [batch, inputs - 1 + dimensions]. Backwards row i of dW is
/// the sum of dy at the vector's place over the samples with category i; dx is dy elsewhere, and 0 at the place.
final class Embedding: PlannedLayer {
    let name: String
    let kind = "embedding"
    let output: Value
    private let input: Value
    private let embedding: Layer.Embedding
    private let weight: UnsafeMutablePointer<Float>
    private let weightGradient: UnsafeMutablePointer<Float>

    init(_ embedding: Layer.Embedding, _ site: LayerSite, _ parameters: LayerParameters, input: Value) {
        let store = site.context.store
        name = site.name
        self.embedding = embedding
        self.input = input
        weight = store.values(of: parameters.weight)
        weightGradient = store.gradients(of: parameters.weight)
        output = site.output(.rowMajor, from: input, hasParameters: true, isKept: false)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(forward: [input.buffer, output.buffer], backward: [input.buffer])
    }

    /// Where in W the vector of a sample's category begins; nil for an unknown one.
    private func vector(of sample: UnsafeMutablePointer<Float>) -> Int? {
        guard let category = Int(exactly: sample[embedding.place]), 0..<embedding.categories ~= category else {
            return nil
        }
        return category * embedding.dimensions
    }

    func forward(_ step: StepIdentity) {
        let (place, dimensions) = (embedding.place, embedding.dimensions)
        let (inputs, outputs) = (input.shape.count, output.shape.count)
        for sample in 0..<input.batch {
            let (x, y) = (input.base + sample * inputs, output.base + sample * outputs)
            y.update(from: x, count: place)
            if let start = vector(of: x) {
                (y + place).update(from: weight + start, count: dimensions)
            } else {
                (y + place).update(repeating: 0, count: dimensions)
            }
            (y + place + dimensions).update(from: x + place + 1, count: inputs - place - 1)
        }
    }

    func backward(_ gradients: LayerGradients) {
        let (place, dimensions) = (embedding.place, embedding.dimensions)
        let (inputs, outputs) = (input.shape.count, output.shape.count)
        weightGradient.update(repeating: 0, count: embedding.categories * dimensions)
        for sample in 0..<input.batch {
            let (x, dy) = (input.base + sample * inputs, gradients.output.base! + sample * outputs)
            if let start = vector(of: x) {
                for index in 0..<dimensions { weightGradient[start + index] += dy[place + index] }
            }
            guard let dx = gradients.input.map({ $0.base + sample * inputs }) else { continue }
            dx.update(from: dy, count: place)
            dx[place] = 0
            (dx + place + 1).update(from: dy + place + dimensions, count: inputs - place - 1)
        }
    }
}
