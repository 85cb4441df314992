import Architecture
import Experiments
import Testing

@Suite struct OptimizerReadingTests {
    @Test(
        arguments: [
            ("{}", OptimizerDescription(.adam(.init(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)), learningRate: 0.001)),
            (
                "{kind: adam, learning_rate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 0.01, weight_decay: 0.02}",
                .init(.adam(.init(beta1: 0.8, beta2: 0.9, epsilon: 0.01)), learningRate: 0.1, weightDecay: 0.02)
            ),
            (
                "{kind: adamw}",
                .init(.adamW(.init(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)), learningRate: 0.001, weightDecay: 0.01)
            ),
            (
                "{kind: adamw, beta1: 0, beta2: 0.5, epsilon: 1, weight_decay: 0}",
                .init(.adamW(.init(beta1: 0, beta2: 0.5, epsilon: 1)), learningRate: 0.001)
            ),
            ("{kind: sgd}", .init(.sgd(momentum: 0, nesterov: false), learningRate: 0.001)),
            (
                "{kind: sgd, momentum: 0.9, nesterov: true, weight_decay: 0.1, clip_norm: 2}",
                .init(.sgd(momentum: 0.9, nesterov: true), learningRate: 0.001, weightDecay: 0.1, clipNorm: 2)
            ),
            ("{kind: rmsprop}", .init(.rmsprop(alpha: 0.99, epsilon: 1e-8, momentum: 0), learningRate: 0.001)),
            (
                "{kind: rmsprop, alpha: 0.9, epsilon: 0.1, momentum: 0.5, clip_norm: none}",
                .init(.rmsprop(alpha: 0.9, epsilon: 0.1, momentum: 0.5), learningRate: 0.001)
            ),
        ] as [(String, OptimizerDescription)])
    func isReadByItsName(_ text: String, _ expected: OptimizerDescription) throws {
        #expect(try read(regression + "optimizer: \(text)\n").experiment.builtIn.optimizer == expected)
    }

    @Test func aSearchReachesTheNorm() throws {
        let file = try read(regression + "search: {parameters: {optimizer.clip_norm: {values: [none, 1, 5.0]}}}\n")
        let norms = try [.string("none"), .int(1), .double(5)].map { (value: ParameterValue) in
            try file.experiment(assigning: [.init(path: "optimizer.clip_norm", value: value)]).builtIn.optimizer
                .clipNorm
        }
        #expect(norms == [nil, 1, 5])
    }
}
