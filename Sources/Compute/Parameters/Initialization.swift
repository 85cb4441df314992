internal import Architecture
internal import Glibc
internal import Random

extension ParameterStore {
    /// Draws every parameter as the model's initialisation says.
    ///
    /// Tensor i of those that training changes has a random stream of its own, so its values depend on the seed and on
    /// i alone; they are drawn in PyTorch's order, however they are stored.
    func initialize(_ initialization: Initialization, seed: UInt64) {
        for (index, parameter) in parameters.enumerated() {
            var random = RandomStream(seed: seed, stream: .initialization, index: index)
            parameter.set(
                parameter.start.values(count: parameter.count, initialization, from: &random), in: values)
        }
        for parameter in layers.flatMap({ $0?.statistics ?? [] }) {
            if case .constant(let value) = parameter.start {
                statistics(of: parameter).update(repeating: value, count: parameter.count)
            }
        }
    }
}

extension LayerTensor.Start {
    fileprivate func values(
        count: Int, _ initialization: Initialization, from random: inout RandomStream
    ) -> [Float] {
        switch (self, initialization) {
        case (.constant(let value), _):
            return Array(repeating: value, count: count)
        case (.bias, .he):
            return Array(repeating: 0, count: count)
        case (.weight(let fanIn), .pytorch), (.bias(let fanIn), .pytorch):
            // kaiming_uniform_ with a = sqrt 5.
            let bound = 1 / Float(fanIn).squareRoot()
            return (0..<count).map { _ in (2 * random.uniformFloat() - 1) * bound }
        case (.weight(let fanIn), .he):
            let deviation = (2 / Double(fanIn)).squareRoot()
            return (0..<count).map { _ in Float(deviation * normal(from: &random)) }
        }
    }

    /// A draw from the normal distribution.
    ///
    /// Source: Box, Muller, "A note on the generation of random normal deviates", 1958.
    private func normal(from random: inout RandomStream) -> Double {
        let radius = (-2 * log(1 - random.uniformDouble())).squareRoot()
        return radius * cos(2 * .pi * random.uniformDouble())
    }
}
