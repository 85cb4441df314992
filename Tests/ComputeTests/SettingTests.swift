import Architecture
import Compute
import Testing

/// What a trainer has to refuse, with words of its error.
private struct Misfit: CustomTestStringConvertible {
    var layers: [Layer] = [.linear(.init(outputs: 3))]
    var loss: LossDescription = .crossEntropy()
    var optimizer: OptimizerDescription = .sgd(learningRate: 1)
    var batchSize = 4
    let words: String

    var testDescription: String { words }

    static func optimizers(_ words: String, _ rules: OptimizerDescription...) -> [Misfit] {
        rules.map { Misfit(optimizer: $0, words: words) }
    }

    static func losses(_ words: String, _ losses: LossDescription...) -> [Misfit] {
        losses.map { Misfit(loss: $0, words: words) }
    }

    static let all: [Misfit] =
        [
            Misfit(batchSize: 0, words: "the batch size must be at least 1, not 0"),
            Misfit(batchSize: -3, words: "the batch size must be at least 1, not -3"),
            Misfit(layers: [.relu], words: "no weights to train"),
            Misfit(layers: [], words: "no weights to train"),
            Misfit(
                layers: [.linear(.init(outputs: 1))],
                words: "cross-entropy needs at least 2 classes, but the model has 1 output"),
        ]
        + optimizers(
            "learning_rate must be finite and at least 0", .adam(learningRate: -1), .adam(learningRate: .nan),
            .sgd(learningRate: .infinity), .init(.adamW(), learningRate: -1), .init(.rmsprop(), learningRate: .nan))
        + optimizers(
            "weight_decay must be finite and at least 0", .sgd(learningRate: 1, weightDecay: -1),
            .adam(learningRate: 1, weightDecay: .nan), .init(.adamW(), learningRate: 1, weightDecay: .infinity),
            .init(.rmsprop(), learningRate: 1, weightDecay: -0.1))
        + optimizers(
            "clip_norm must be finite and above 0", .init(.sgd(), learningRate: 1, clipNorm: 0),
            .init(.adam(), learningRate: 1, clipNorm: -1), .init(.adam(), learningRate: 1, clipNorm: .nan))
        + optimizers(
            "momentum must lie in 0..<1", .sgd(learningRate: 1, momentum: 1), .sgd(learningRate: 1, momentum: -0.1),
            .init(.rmsprop(momentum: 1), learningRate: 1), .init(.rmsprop(momentum: .nan), learningRate: 1))
        + optimizers("nesterov needs a momentum above 0", .sgd(learningRate: 1, nesterov: true))
        + optimizers(
            "beta1 must lie in 0..<1", .adam(learningRate: 1, beta1: 1),
            .init(.adamW(.init(beta1: -0.1)), learningRate: 1))
        + optimizers(
            "beta2 must lie in 0..<1", .adam(learningRate: 1, beta2: 1.5),
            .init(.adamW(.init(beta2: .nan)), learningRate: 1))
        + optimizers(
            "epsilon must be finite and above 0", .adam(learningRate: 1, epsilon: 0),
            .init(.adamW(.init(epsilon: .infinity)), learningRate: 1),
            .init(.rmsprop(epsilon: -1), learningRate: 1))
        + optimizers(
            "alpha must lie in 0..<1", .init(.rmsprop(alpha: 1), learningRate: 1),
            .init(.rmsprop(alpha: -0.5), learningRate: 1))
        + losses(
            "there are 2 class weights for 3 classes", .crossEntropy(.init(classWeights: .list([1, 2]))))
        + losses(
            "there are 4 class weights for 3 classes", .crossEntropy(.init(classWeights: .list([1, 2, 3, 4]))))
        + losses(
            "one class weight at least must be above 0", .crossEntropy(.init(classWeights: .list([0, 0, 0]))),
            .focal(.init(classWeights: .list([0, 0, 0]))))
        + losses("gamma must be finite and at least 0", .focal(.init(gamma: -1)), .focal(.init(gamma: .nan)))
        + losses("the quantile's level must lie between 0 and 1", .quantile(level: 0), .quantile(level: 1))
        + losses(
            "there are 2 adjustments for 3 classes", .crossEntropy(.init(logitAdjustment: .list([0, 1]))))
        + losses(
            "class weights must be finite and at least 0", .crossEntropy(.init(classWeights: .list([1, -1, 1]))),
            .crossEntropy(.init(classWeights: .list([1, .nan, 1]))),
            .crossEntropy(.init(classWeights: .list([1, .infinity, 1]))))
        + losses(
            "class weights that follow frequencies must be made a list",
            .crossEntropy(.init(classWeights: .inverseFrequency)),
            .crossEntropy(.init(classWeights: .oneMinusFrequency)))
        + losses(
            "the amount of label smoothing must lie in 0..<1",
            .crossEntropy(.init(labelSmoothing: .init(amount: 1, spread: .others))),
            .crossEntropy(.init(labelSmoothing: .init(amount: -0.1, spread: .all))),
            .crossEntropy(.init(labelSmoothing: .init(amount: .nan, spread: .all))))
        + losses(
            "delta must be finite and above 0", .huber(delta: 0), .huber(delta: .nan), .huber(delta: .infinity))
}

@Suite("Settings outside their range")
struct SettingTests {
    @Test("are refused, in words that name them", arguments: Misfit.all)
    private func refusal(misfit: Misfit) throws {
        let model = try ModelDescription(misfit.layers).graph(on: [4])
        let error = #expect(throws: ComputeError.self) {
            _ = try Trainer(
                model: model, loss: misfit.loss, optimizer: misfit.optimizer, batchSize: misfit.batchSize, seed: 1)
        }
        #expect(error?.code == .invalidSetting)
        #expect(error?.description.contains(misfit.words) == true, "\(error?.description ?? "")")
    }

    @Test("an output that is an image cannot be compared with anything", arguments: LossDescription.Kind.allCases)
    func imageOutput(kind: LossDescription.Kind) throws {
        let losses: [LossDescription.Kind: LossDescription] = [
            .crossEntropy: .crossEntropy(), .binaryCrossEntropy: .binaryCrossEntropy,
            .meanSquaredError: .meanSquaredError, .meanAbsoluteError: .meanAbsoluteError, .huber: .huber(),
            .focal: .focal(), .quantile: .quantile(),
        ]
        let model = try ModelDescription([.conv2d(.init(channels: 2, kernel: 1))]).graph(on: [1, 2, 2])
        let error = #expect(throws: ComputeError.self) {
            _ = try Trainer(
                model: model, loss: try #require(losses[kind]), optimizer: .sgd(learningRate: 1), batchSize: 1, seed: 1)
        }
        #expect(error?.description.contains("must be flat, but has the shape 2x2x2") == true)
    }

    @Test("a word for the kernels is own or onednn")
    func kernels() throws {
        #expect(try PlanOptions(word: "").kernels == .own)
        #expect(try PlanOptions(word: "own").kernels == .own)
        #expect(try PlanOptions(word: "onednn").kernels == .oneDNN)
        for word in ["oneDNN", "mkl", " own"] {
            let error = #expect(throws: ComputeError.self) { _ = try PlanOptions(word: word) }
            #expect(error?.code == .invalidSetting)
            #expect(error?.description == "read WINNOW_KERNELS: it must be own or onednn, not \"\(word)\"")
        }
    }

    @Test("class weights from frequencies are a list once the samples are counted")
    func frequencies() throws {
        let model = try ModelDescription([.linear(.init(outputs: 2))]).graph(on: [4])
        for (weights, list) in [(ClassWeights.inverseFrequency, [2, 2 / 3.0]), (.oneMinusFrequency, [0.75, 0.25])] {
            let loss = LossDescription.crossEntropy(.init(classWeights: weights)).resolved(classCounts: [1, 3])
            #expect(loss == .crossEntropy(.init(classWeights: .list(list))))
            _ = try Trainer(model: model, loss: loss, optimizer: .sgd(learningRate: 1), batchSize: 1, seed: 1)
        }
    }
}
