import Architecture
import Compute
import Testing

/// Learning rates of single layers, and layers that are frozen.
@Suite struct LayerRateTests {
    private static let model = ModelDescription([
        .linear(.init(outputs: 5)), .relu, .linear(.init(outputs: 4)), .relu, .linear(.init(outputs: 2)),
    ])

    private func trainer(_ rule: UpdateRule, rate: Double, _ layers: [String: Double], clip: Double? = nil) throws
        -> Trainer
    {
        try Trainer(
            model: Self.model.graph(on: [3]), loss: .crossEntropy(),
            optimizer: OptimizerDescription(
                rule, learningRate: rate, weightDecay: 0.1, clipNorm: clip, layerRates: layers),
            batchSize: 4, seed: 3)
    }

    private func step(_ trainer: Trainer) throws -> [String: [Float]] {
        let features = (0..<12).map { Float($0 * 7 % 5) - 2 }
        let classes: [Int32] = [0, 1, 1, 0]
        try features.withUnsafeBufferPointer { features in
            try classes.withUnsafeBufferPointer { classes in
                _ = try trainer.step(features: features, targets: .classes(classes), count: 4)
            }
        }
        return Dictionary(uniqueKeysWithValues: trainer.modelState().map { ($0.name, $0.values) })
    }

    /// A layer at a tenth of the rate moves as all do at a tenth of the rate; a frozen one does not move.
    @Test(arguments: [
        UpdateRule.sgd(momentum: 0.9, nesterov: true), .adam(), .adamW(), .rmsprop(momentum: 0.5),
    ])
    func eachLayerHasItsOwn(_ rule: UpdateRule) throws {
        let start = Dictionary(
            uniqueKeysWithValues: try trainer(rule, rate: 0.1, [:]).modelState().map { ($0.name, $0.values) })
        let (usual, slow) = try (step(trainer(rule, rate: 0.1, [:])), step(trainer(rule, rate: 0.01, [:])))
        let mixed = try step(trainer(rule, rate: 0.1, ["0": 0, "2": 0.1]))
        for part in ["weight", "bias"] {
            #expect(mixed["0.\(part)"] == start["0.\(part)"] && usual["0.\(part)"] != start["0.\(part)"])
            #expect(mixed["2.\(part)"] == slow["2.\(part)"] && slow["2.\(part)"] != usual["2.\(part)"])
            #expect(mixed["4.\(part)"] == usual["4.\(part)"])
        }
        #expect(try step(trainer(rule, rate: 0.1, ["0": 1, "2": 1, "4": 1])) == usual)
    }

    /// Frozen layers' gradients do not count towards the norm.
    @Test func theNormIsOfWhatIsTrained() throws {
        let clipped = try step(trainer(.sgd(), rate: 0.1, ["0": 0, "2": 0], clip: 1e-6))
        let start = Dictionary(
            uniqueKeysWithValues: try trainer(.sgd(), rate: 0.1, [:]).modelState().map { ($0.name, $0.values) })
        // Without the gradient there is the weight decay alone, and a step of the norm.
        let moved = zip(clipped["4.weight"]!, start["4.weight"]!).map { $0 - $1 * (1 - 0.1 * 0.1) }
        let norm = (moved.reduce(0) { $0 + $1 * $1 }).squareRoot()
        #expect(norm < 2e-7)
        #expect(clipped["0.weight"] == start["0.weight"])
    }

    @Test(arguments: [
        (["7": 0.5], "there is no layer 7 with parameters"), (["1": 0], "there is no layer 1 with parameters"),
        (["0": 0, "2": 0, "4": 0], "all layers are frozen"), (["0": -1], "must be finite and at least 0"),
    ])
    func whatIsWrongIsNamed(_ layers: [String: Double], _ words: String) throws {
        let error = #expect(throws: ComputeError.self) { try trainer(.sgd(), rate: 0.1, layers) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test func pretrainedWeightsMayHaveAnotherLastLayer() throws {
        let source = try trainer(.sgd(), rate: 0.1, [:])
        let state = source.modelState()
        let other = try Trainer(
            model: ModelDescription(
                [.linear(.init(outputs: 5)), .relu, .linear(.init(outputs: 4)), .relu, .linear(.init(outputs: 6))]
            ).graph(on: [3]),
            loss: .crossEntropy(), optimizer: .sgd(learningRate: 0.1), batchSize: 4, seed: 99)
        let last = other.modelState().suffix(2)
        try other.load(pretrained: state)
        #expect(other.modelState().prefix(4) == state.prefix(4) && other.modelState().suffix(2) == last)
        let error = #expect(throws: ComputeError.self) { try other.load(pretrained: Array(state.dropFirst())) }
        #expect(error?.description.contains("0.weight is not there") == true)
    }
}
