import Architecture
import Experiments
import Foundation
import Testing

/// What is wrong with trials as wholes is found before any is trained.
@Suite struct TrialMistakeTests {
    private func mistakes(
        _ text: String, shape: Shape = [1, 8, 8], classes: Int? = 10, training: Int = 100, unlabelled: Int = 0,
        planned: [Assignment] = []
    ) throws -> [String] {
        try read(text).mistakesOfTrials(
            with: DataFacts(
                samples: SampleFacts(shape: shape, classes: classes), training: training, unlabelled: unlabelled),
            planned: planned
        ).map(\.description)
    }

    private let mixing = """
        data: {source: digits}
        model: {preset: mlp}
        search:
          parameters:
            optimizer.learning_rate: [0.1, 0.01]
            regularize.mixup: [none, 0.2]
            regularize.cutmix: [none, 1]
        """

    @Test func valuesThatDoNotGoTogetherAreNamedOnce() throws {
        #expect(
            try mistakes(mixing) == [
                "e.yaml:7:24: regularize.cutmix: a batch is mixed once: give mixup or cutmix, not both, "
                    + "with regularize.mixup=0.2 regularize.cutmix=1"
            ])
    }

    @Test func inARandomSearchAsWell() throws {
        let text = mixing.replacing("search:\n", with: "search:\n  sampler: random\n  trials: 2\n")
        #expect(try mistakes(text).count == 1)
    }

    /// 5^6 combinations are too many: each pair is tried.
    @Test func inASpaceTooLargeToBeTriedPairsAre() throws {
        let rest = (1...5).map {
            "    optimizer.\(["beta1", "beta2", "epsilon", "learning_rate", "weight_decay"][$0 - 1]): [0.1, 0.2, 0.3, 0.4, 0.5]\n"
        }
        let lines = try mistakes(mixing.replacing("    optimizer.learning_rate: [0.1, 0.01]\n", with: rest.joined()))
        #expect(lines.count == 1 && lines[0].contains("mixup=0.2 regularize.cutmix=1"), "\(lines)")
    }

    @Test func aPlannedPointIsTried() throws {
        let text =
            "data: {source: digits}\nmodel: {layers: [flatten, {linear: 8}, batch_norm, {linear: 10}]}\n"
            + "search: {parameters: {data.batch_size: {min: 2, max: 200, integer: true}}}\n"
        #expect(try mistakes(text) == [])
        let lines = try mistakes(text, planned: [[.init(path: "data.batch_size", value: .int(33))]])
        #expect(lines.count == 1 && lines[0].contains("with data.batch_size=33"), "\(lines)")
    }

    /// Which keys do not fit the data: the second part of "e.yaml:2:17: loss.kind: ...".
    private func keys(_ text: String, _ facts: DataFacts) throws -> [String] {
        try read(text).mistakes(with: facts).map { $0.description.components(separatedBy: ": ")[1] }
    }

    /// Behind a layer that does not fit, the shapes are unknown; all else is told beside it.
    @Test func allThatDoesNotFitTheDataIsNamedAtOnce() throws {
        let text = """
            data: {source: digits, augment: [horizontal_flip]}
            loss: {kind: cross_entropy, class_weights: [1, 2]}
            regularize: {cutmix: 1}
            model: {layers: [{conv2d: {channels: 4, kernel: 3}}, flatten, {linear: 3}]}
            """
        let facts = DataFacts(samples: SampleFacts(shape: [13], classes: 3), training: 100, unlabelled: 0)
        #expect(
            try keys(text, facts)
                == ["loss.class_weights", "data.augment", "regularize.cutmix", "model.layers.0"])
    }

    @Test func whatTheLossMeansForTheOutputIsNoSecondMistake() throws {
        let text = "data: {source: digits}\nloss: binary_cross_entropy\nmodel: {layers: [flatten, {linear: 10}]}\n"
        let facts = DataFacts(samples: SampleFacts(shape: [1, 8, 8], classes: 10), training: 100, unlabelled: 0)
        #expect(try keys(text, facts) == ["loss.kind"])
    }

    @Test func batchesAreSaidBesideTheLoss() throws {
        let text =
            "data: {source: digits, batch_size: 3}\nloss: {class_weights: [1]}\n"
            + "model: {layers: [flatten, {linear: 4}, batch_norm, {linear: 10}]}\n"
        let facts = DataFacts(samples: SampleFacts(shape: [1, 8, 8], classes: 10), training: 100, unlabelled: 0)
        #expect(try keys(text, facts) == ["loss.class_weights", "data.batch_size"])
    }

    private func normalized(_ data: String, _ rest: String = "") -> String {
        "data: {source: digits, \(data)}\nmodel: {layers: [flatten, {linear: 8}, batch_norm, relu, {linear: 10}]}\n"
            + rest
    }

    @Test(arguments: [
        // Samples, the section, whether it can be trained on.
        (33, "batch_size: 16", false), (33, "batch_size: 17", true), (33, "batch_size: 32", false),
        (33, "batch_size: 64", true), (33, "batch_size: 1", false), (33, "batch_size: 1, drop_last: true", false),
        (33, "batch_size: 16, drop_last: true", true), (33, "batch_size: 34, drop_last: true", false),
        (33, "batch_size: 33, drop_last: true", true), (1, "batch_size: 8", false),
        (33, "batch_size: 16, imbalance: [3, 3, 3, 3, 3, 3, 3, 3, 4, 4]", true),
        (32, "batch_size: 16, imbalance: [3, 3, 3, 3, 3, 3, 3, 4, 4, 4]", false),
    ])
    func aLastBatchOfOneSampleUnderBatchNormalisation(_ samples: Int, _ data: String, _ isFine: Bool) throws {
        let lines = try mistakes(normalized(data), training: samples)
        #expect(lines.isEmpty == isFine, "\(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix("e.yaml:1:") && $0.contains(" data.batch_size: ") }, "\(lines)")
    }

    @Test func saysHowManyAndWhatToDo() throws {
        #expect(
            try mistakes(normalized("batch_size: 16"), training: 33) == [
                "e.yaml:1:36: data.batch_size: 33 training samples in batches of 16 leave a last batch of one sample, which "
                    + "batch normalisation cannot be trained on: choose another batch_size, or data.drop_last: true"
            ])
    }

    @Test func eachSearchedBatchSize() throws {
        let lines = try mistakes(
            normalized("batch_size: 20", "search: {parameters: {data.batch_size: [8, 10, 16, 20]}}\n"), training: 33)
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.allSatisfy { $0.contains("of one sample") })
    }

    /// An image has many values of each channel: one is enough to normalise by.
    @Test func imagesAreNormalisedAlone() throws {
        let text =
            "data: {source: digits, batch_size: 16}\n"
            + "model: {layers: [{conv2d: {channels: 2, kernel: 3}}, batch_norm, flatten, {linear: 10}]}\n"
        #expect(try mistakes(text, training: 33) == [])
    }

    @Test func unlabelledBatches() throws {
        let text = normalized("batch_size: 10, labelled: {count: 30}", "pseudo_label: {kind: online, batch_size: 1}\n")
        let lines = try mistakes(text, training: 30, unlabelled: 50)
        #expect(lines.count == 1 && lines[0].contains("pseudo_label.batch_size"), "\(lines)")
        #expect(
            try mistakes(text.replacing("batch_size: 1}", with: "batch_size: 2}"), training: 30, unlabelled: 50) == [])
    }

    @Test func aModelThatFitsOnlySomeTrials() throws {
        let text = """
            data: {source: digits}
            model: {layers: [{conv2d: {channels: 2, kernel: 3}}, {max_pool2d: 2}, flatten, {linear: 10}]}
            search: {parameters: {model.layers.0.conv2d.kernel: [3, 8], model.layers.1.max_pool2d: [1, 2]}}
            """
        let lines = try mistakes(text)
        #expect(lines.count == 1 && lines[0].contains("kernel=8 model.layers.1.max_pool2d=2"), "\(lines)")
    }
}
