import Architecture

/// A layer in Double, in loops that one can read, for one sample in PyTorch's plain layout.
protocol ReferenceLayer {
    func forward(_ x: [Double]) -> [Double]
    /// - Returns: the gradient by x, given x and the gradient by the output; adds to the parameters' gradients.
    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double]
}

/// The gradients of one layer's parameters, summed over the batch.
struct ReferenceGradients {
    var weight: [Double] = []
    var bias: [Double] = []
}

struct ReferenceLinear: ReferenceLayer {
    let inputs: Int
    let outputs: Int
    let weight: [Double]
    let bias: [Double]?

    func forward(_ x: [Double]) -> [Double] {
        var y = bias ?? [Double](repeating: 0, count: outputs)
        for o in 0..<outputs {
            for i in 0..<inputs { y[o] += weight[o * inputs + i] * x[i] }
        }
        return y
    }

    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double] {
        var dx = [Double](repeating: 0, count: inputs)
        for o in 0..<outputs {
            if bias != nil { gradients.bias[o] += dy[o] }
            for i in 0..<inputs {
                gradients.weight[o * inputs + i] += dy[o] * x[i]
                dx[i] += dy[o] * weight[o * inputs + i]
            }
        }
        return dx
    }
}

struct ReferenceConv2d: ReferenceLayer {
    let conv: Layer.Conv2d
    let input: [Int]
    let output: [Int]
    let weight: [Double]
    let bias: [Double]?

    /// Calls `body` with (output index, weight index, input index) of every product.
    private func forEachProduct(_ body: (Int, Int, Int) -> Void) {
        let k = conv.kernel
        for o in 0..<output[0] {
            for i in 0..<output[1] {
                for j in 0..<output[2] {
                    for c in 0..<input[0] {
                        for a in 0..<k {
                            for b in 0..<k {
                                let row = i * conv.stride + a - conv.padding
                                let column = j * conv.stride + b - conv.padding
                                guard (0..<input[1]).contains(row), (0..<input[2]).contains(column) else { continue }
                                body(
                                    (o * output[1] + i) * output[2] + j, ((o * input[0] + c) * k + a) * k + b,
                                    (c * input[1] + row) * input[2] + column)
                            }
                        }
                    }
                }
            }
        }
    }

    func forward(_ x: [Double]) -> [Double] {
        let pixels = output[1] * output[2]
        var y = (0..<output[0] * pixels).map { bias?[$0 / pixels] ?? 0 }
        forEachProduct { y[$0] += weight[$1] * x[$2] }
        return y
    }

    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double] {
        var dx = [Double](repeating: 0, count: x.count)
        var dw = gradients.weight
        forEachProduct {
            dw[$1] += dy[$0] * x[$2]
            dx[$2] += dy[$0] * weight[$1]
        }
        gradients.weight = dw
        if bias != nil {
            for (index, value) in dy.enumerated() { gradients.bias[index / (output[1] * output[2])] += value }
        }
        return dx
    }
}

struct ReferenceReLU: ReferenceLayer {
    func forward(_ x: [Double]) -> [Double] { x.map { max($0, 0) } }

    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double] {
        zip(x, dy).map { $0 > 0 ? $1 : 0 }
    }
}

struct ReferenceMaxPool2d: ReferenceLayer {
    let pool: Layer.MaxPool2d
    let input: [Int]
    let output: [Int]

    /// For every output, the input that is its window's maximum, the first of equals.
    private func places(_ x: [Double]) -> [Int] {
        var places: [Int] = []
        for c in 0..<output[0] {
            for i in 0..<output[1] {
                for j in 0..<output[2] {
                    var best = (c * input[1] + i * pool.stride) * input[2] + j * pool.stride
                    for a in 0..<pool.kernel {
                        for b in 0..<pool.kernel {
                            let place = (c * input[1] + i * pool.stride + a) * input[2] + j * pool.stride + b
                            if x[place] > x[best] { best = place }
                        }
                    }
                    places.append(best)
                }
            }
        }
        return places
    }

    func forward(_ x: [Double]) -> [Double] { places(x).map { x[$0] } }

    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double] {
        var dx = [Double](repeating: 0, count: x.count)
        for (place, value) in zip(places(x), dy) { dx[place] += value }
        return dx
    }
}

/// A multiplication by given factors: dropout with its mask drawn already, or flatten with none.
struct ReferenceFactors: ReferenceLayer {
    let factors: [Double]

    func forward(_ x: [Double]) -> [Double] { zip(x, factors).map(*) }

    func backward(_ x: [Double], _ dy: [Double], into gradients: inout ReferenceGradients) -> [Double] {
        zip(dy, factors).map(*)
    }
}
