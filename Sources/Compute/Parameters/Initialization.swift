internal import Random

extension ParameterStore {
    /// Draws every parameter as PyTorch's layers do by default: uniform in ±1/sqrt(fan in), for weights
    /// (`kaiming_uniform_` with a = sqrt 5) and biases alike.
    ///
    /// Parameter i has a random stream of its own, so its values depend on the seed and on i alone.
    func initialize(seed: UInt64) {
        for (index, parameter) in parameters.enumerated() {
            var random = RandomStream(seed: seed, stream: .initialization, index: index)
            let bound = 1 / Float(parameter.fanIn).squareRoot()
            let values = values(of: parameter)
            for i in 0..<parameter.count {
                values[i] = (2 * random.uniformFloat() - 1) * bound
            }
        }
    }
}
