import Architecture

/// y[n,o,i,j] = b[o] + the sum over c, k, l of W[o,c,k,l] x[n,c,si+k-p,sj+l-p].
struct ReferenceConvolution: ReferenceOperation {
    let conv: Operation.Convolution
    let count: Int
    /// Channels, height, width.
    let input: [Int]
    let output: [Int]
    let weight: [Double]
    let bias: [Double]?

    /// Calls `body` with the index of the output, of the weight and of the input of every product.
    @inline(__always)
    private func forEachProduct(_ body: (_ output: Int, _ weight: Int, _ input: Int) -> Void) {
        let kernel = conv.kernel
        for n in 0..<count {
            for o in 0..<output[0] {
                for i in 0..<output[1] {
                    for j in 0..<output[2] {
                        for c in 0..<input[0] {
                            for k in 0..<kernel {
                                for l in 0..<kernel {
                                    let row = i * conv.stride + k - conv.padding
                                    let column = j * conv.stride + l - conv.padding
                                    guard row >= 0, row < input[1], column >= 0, column < input[2] else { continue }
                                    body(
                                        ((n * output[0] + o) * output[1] + i) * output[2] + j,
                                        ((o * input[0] + c) * kernel + k) * kernel + l,
                                        ((n * input[0] + c) * input[1] + row) * input[2] + column)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The output channel of an output's index.
    private func channel(_ index: Int) -> Int { index / (output[1] * output[2]) % output[0] }

    func forward(_ inputs: [[Double]]) -> [Double] {
        let x = inputs[0]
        var y = (0..<count * output.reduce(1, *)).map { bias?[channel($0)] ?? 0 }
        forEachProduct { y[$0] += weight[$1] * x[$2] }
        return y
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        let x = inputs[0]
        var dx = [Double](repeating: 0, count: x.count)
        var dw = [Double](repeating: 0, count: weight.count)
        forEachProduct {
            dw[$1] += gradient[$0] * x[$2]
            dx[$2] += gradient[$0] * weight[$1]
        }
        guard bias != nil else { return ReferenceGradient(inputs: [dx], parameters: ["weight": dw]) }
        var db = [Double](repeating: 0, count: output[0])
        var terms = db
        for (index, dy) in gradient.enumerated() {
            db[channel(index)] += dy
            terms[channel(index)] += abs(dy)
        }
        return ReferenceGradient(inputs: [dx], parameters: ["weight": dw, "bias": db], biasTerms: terms.max()!)
    }
}
