import Architecture

/// y = x W^T + b.
struct ReferenceLinear: ReferenceOperation {
    let linear: Operation.Linear
    let count: Int
    let weight: [Double]
    let bias: [Double]?

    func forward(_ inputs: [[Double]]) -> [Double] {
        let x = inputs[0]
        var y = [Double](repeating: 0, count: count * linear.outputs)
        for n in 0..<count {
            for o in 0..<linear.outputs {
                var sum = bias?[o] ?? 0
                for i in 0..<linear.inputs { sum += weight[o * linear.inputs + i] * x[n * linear.inputs + i] }
                y[n * linear.outputs + o] = sum
            }
        }
        return y
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        let x = inputs[0]
        var dx = [Double](repeating: 0, count: x.count)
        var dw = [Double](repeating: 0, count: weight.count)
        var db = [Double](repeating: 0, count: linear.outputs)
        var terms = db
        for n in 0..<count {
            for o in 0..<linear.outputs {
                let dy = gradient[n * linear.outputs + o]
                db[o] += dy
                terms[o] += abs(dy)
                for i in 0..<linear.inputs {
                    dw[o * linear.inputs + i] += dy * x[n * linear.inputs + i]
                    dx[n * linear.inputs + i] += dy * weight[o * linear.inputs + i]
                }
            }
        }
        guard bias != nil else { return ReferenceGradient(inputs: [dx], parameters: ["weight": dw]) }
        return ReferenceGradient(inputs: [dx], parameters: ["weight": dw, "bias": db], biasTerms: terms.max()!)
    }
}
