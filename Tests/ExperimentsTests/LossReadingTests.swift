import Architecture
import Experiments
import Testing

@Suite struct LossReadingTests {
    private func smoothed(_ amount: Double, _ spread: LabelSmoothing.Spread) -> LossDescription {
        .crossEntropy(.init(labelSmoothing: .init(amount: amount, spread: spread)))
    }

    @Test func theTaskHasItsOwnLoss() throws {
        #expect(try read(classification).experiment.builtIn.loss == .crossEntropy())
        #expect(try read(regression).experiment.builtIn.loss == .meanSquaredError)
    }

    @Test(
        arguments: [
            ("{kind: cross_entropy}", LossDescription.crossEntropy()),
            ("{kind: binary_cross_entropy}", .binaryCrossEntropy),
            ("{class_weights: none}", .crossEntropy()),
            ("{class_weights: inverse_frequency}", .crossEntropy(.init(classWeights: .inverseFrequency))),
            ("{class_weights: one_minus_frequency}", .crossEntropy(.init(classWeights: .oneMinusFrequency))),
            ("{class_weights: [1, 0.5]}", .crossEntropy(.init(classWeights: .list([1, 0.5])))),
        ] as [(String, LossDescription)])
    func aClassificationsLossIsRead(_ text: String, _ expected: LossDescription) throws {
        #expect(try read(classification + "loss: \(text)\n").experiment.builtIn.loss == expected)
    }

    @Test func labelSmoothingIsReadInBothForms() throws {
        for (text, expected) in [
            ("none", .crossEntropy()), ("0.1", smoothed(0.1, .others)), ("{amount: 0.2}", smoothed(0.2, .others)),
            ("{amount: 0.2, spread: others}", smoothed(0.2, .others)),
            ("{amount: 0, spread: all}", smoothed(0, .all)),
        ] {
            #expect(try read(classification + "loss: {label_smoothing: \(text)}\n").experiment.builtIn.loss == expected)
        }
    }

    @Test(arguments: [
        ("{kind: mean_squared_error}", LossDescription.meanSquaredError),
        ("{kind: mean_absolute_error}", .meanAbsoluteError),
        ("{kind: huber}", .huber(delta: 1)),
        ("{kind: huber, delta: 0.5}", .huber(delta: 0.5)),
    ])
    func aRegressionsLossIsRead(_ text: String, _ expected: LossDescription) throws {
        #expect(try read(regression + "loss: \(text)\n").experiment.builtIn.loss == expected)
    }

    @Test(arguments: [
        ("cross_entropy", LearningTask.classification), ("binary_cross_entropy", .classification),
        ("mean_squared_error", .regression), ("mean_absolute_error", .regression), ("huber", .regression),
    ])
    func aTableWithoutATaskIsTakenForWhatTheLossIsFor(_ kind: String, _ task: LearningTask) throws {
        let table = "data: {source: {csv: a.csv, target: y}}\nmodel: {preset: mlp}\nloss: {kind: \(kind)}\n"
        #expect(try read(table).experiment.builtIn.data.task == task)
    }

    @Test func aSearchReachesTheAmount() throws {
        let file = try read(
            classification + "loss: {label_smoothing: none}\n"
                + "search: {parameters: {loss.label_smoothing.amount: {min: 0.05, max: 0.3}}}\n")
        let trial = try file.experiment(assigning: [.init(path: "loss.label_smoothing.amount", value: .double(0.2))])
        #expect(trial.builtIn.loss == smoothed(0.2, .others))
    }
}
