import Architecture
import Glibc

struct ReferenceActivation: ReferenceOperation {
    let function: ActivationFunction

    func forward(_ inputs: [[Double]]) -> [Double] {
        inputs[0].map { x in
            switch function {
            case .relu: max(x, 0)
            case .leakyReLU(let slope): x > 0 ? x : slope * x
            case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
            case .sigmoid: 1 / (1 + exp(-x))
            case .tanh: Glibc.tanh(x)
            }
        }
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        ReferenceGradient(inputs: [zip(inputs[0], gradient).map { $1 * slope(at: $0) }])
    }

    private func slope(at x: Double) -> Double {
        switch function {
        case .relu: return x > 0 ? 1 : 0
        case .leakyReLU(let slope): return x > 0 ? 1 : slope
        case .gelu: return (1 + erf(x / 2.0.squareRoot())) / 2 + x * exp(-x * x / 2) / (2 * .pi).squareRoot()
        case .sigmoid:
            let y = 1 / (1 + exp(-x))
            return y * (1 - y)
        case .tanh: return 1 - Glibc.tanh(x) * Glibc.tanh(x)
        }
    }

    /// An exact zero is one in Float too: dropout's, or another ReLU's.
    func isSteady(_ inputs: [[Double]]) -> Bool {
        switch function {
        case .relu, .leakyReLU:
            let largest = inputs[0].reduce(0) { max($0, abs($1)) }
            return inputs[0].allSatisfy { $0 == 0 || abs($0) > steadyDistance * largest }
        case .gelu, .sigmoid, .tanh: return true
        }
    }
}
