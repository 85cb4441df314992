import Architecture

/// y = (x before the place, row x[place] of W or zeros, x behind it).
struct ReferenceEmbedding: ReferenceOperation {
    let embedding: Layer.Embedding
    let count: Int
    let weight: [Double]

    private func row(_ x: ArraySlice<Double>) -> Int? {
        (0..<embedding.categories).first { Double($0) == x[x.startIndex + embedding.place] }
    }

    func forward(_ inputs: [[Double]]) -> [Double] {
        let width = inputs[0].count / count
        return (0..<count).flatMap { n in
            let x = inputs[0][n * width..<(n + 1) * width]
            let vector = (0..<embedding.dimensions).map { d in
                row(x).map { weight[$0 * embedding.dimensions + d] } ?? 0
            }
            return x.prefix(embedding.place) + vector + x.dropFirst(embedding.place + 1)
        }
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        let (width, outputs) = (inputs[0].count / count, gradient.count / count)
        var (dx, dw): ([Double], [Double]) = ([], Array(repeating: 0, count: weight.count))
        for n in 0..<count {
            let dy = Array(gradient[n * outputs..<(n + 1) * outputs])
            if let row = row(inputs[0][n * width..<(n + 1) * width]) {
                for d in 0..<embedding.dimensions { dw[row * embedding.dimensions + d] += dy[embedding.place + d] }
            }
            dx += dy.prefix(embedding.place) + [0] + dy.dropFirst(embedding.place + embedding.dimensions)
        }
        return ReferenceGradient(inputs: [dx], parameters: ["weight": dw])
    }
}
