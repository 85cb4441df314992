import Architecture
import Compute
import Testing

@Suite("Recipes that do not fit")
struct RecipeMisfitTests {
    private static let images = ArraySource.halves(count: 9, side: 2, seed: 1)
    private static let sums = ArraySource.sums(count: 9, featureCount: 4, seed: 1)

    private func refusal(
        _ recipe: TrainingRecipe, _ samples: ArraySource = images, loss: LossDescription? = nil,
        on input: Shape = [1, 2, 2]
    ) throws -> String? {
        let isRegression = samples.task == .regression(outputs: 1)
        let isBinary = loss == .binaryCrossEntropy
        let trainer = try Trainer(
            model: try ModelDescription([.flatten, .linear(.init(outputs: isRegression || isBinary ? 1 : 2))])
                .graph(on: input),
            loss: loss ?? (isRegression ? .meanSquaredError : .crossEntropy()), optimizer: .sgd(learningRate: 1),
            batchSize: 8, seed: 1)
        do throws(TrainingError) {
            _ = try TrainingLoop(trainer: trainer, training: samples, batchSize: 8, seed: 1, recipe: recipe)
            return nil
        } catch {
            guard case .unfitRecipe(let reason) = error else { return "not of the recipe: \(error)" }
            #expect(!reason.contains("\n"))
            return reason
        }
    }

    @Test("a disturbance of the wrong kind of targets, or outside its range")
    func disturbances() throws {
        func refusal(_ disturbance: TargetDisturbance, _ samples: ArraySource) throws -> String? {
            try self.refusal(TrainingRecipe(disturbance: disturbance), samples)
        }
        #expect(
            try refusal(.labels(alpha: 10), Self.sums)
                == "DisturbLabel needs classes, but the samples have target values")
        #expect(
            try refusal(.values(scale: 1, fraction: 1), Self.images)
                == "DisturbValue needs target values, but the samples have classes")
        for alpha in [-1, 100.5, .nan] {
            #expect(
                try refusal(.labels(alpha: alpha), Self.images)
                    == "DisturbLabel's alpha must lie in 0...100 percent, not be \(alpha)")
        }
        #expect(
            try refusal(.values(scale: -1, fraction: 1), Self.sums)
                == "DisturbValue's scale must be finite and at least 0, not -1.0")
        #expect(
            try refusal(.values(scale: 1, fraction: 1.5), Self.sums)
                == "DisturbValue's fraction must lie in 0...1, not be 1.5")
        #expect(try refusal(.labels(alpha: 100), Self.images) == nil)
        #expect(try refusal(.values(scale: 0, fraction: 0), Self.sums) == nil)
    }

    @Test("a mixing without images, or without a share to draw")
    func mixings() throws {
        #expect(
            try refusal(TrainingRecipe(mixing: .cutmix(alpha: 1)), Self.sums, on: [4])
                == "cutmix needs images, but the samples have the shape 4")
        for alpha in [0, -1, .infinity] {
            #expect(
                try refusal(TrainingRecipe(mixing: .mixup(alpha: alpha)))
                    == "mixup's alpha must be finite and above 0, not \(alpha)")
            #expect(
                try refusal(TrainingRecipe(mixing: .cutmix(alpha: alpha)))
                    == "cutmix's alpha must be finite and above 0, not \(alpha)")
        }
        #expect(try refusal(TrainingRecipe(mixing: .mixup(alpha: 1)), Self.sums, on: [4]) == nil)
        #expect(try refusal(TrainingRecipe(mixing: .cutmix(alpha: 1))) == nil)
        #expect(try refusal(TrainingRecipe(mixing: .mixup(alpha: 1)), loss: .binaryCrossEntropy) == nil)
    }

    @Test("weighted sampling without classes, or with one that has no samples")
    func weighted() throws {
        let recipe = TrainingRecipe(sampler: .weighted)
        #expect(
            try refusal(recipe, Self.sums) == "weighted sampling needs classes, but the samples have target values")
        var single = Self.images
        single.classes = single.classes.map { _ in 0 }
        #expect(
            try refusal(recipe, single)
                == "weighted sampling needs samples of every class, but class 1 has none")
        single.classes[4] = 2
        #expect(
            try refusal(recipe, single)
                == "not of the recipe: sample 4 has the class 2, which is not in 0..<2")
    }

    @Test("pseudo-labels without classes, or outside their ranges")
    func pseudoLabels() throws {
        func refusal(
            batchSize: Int = 8, alpha: Double = 1, ramp: (Int, Int) = (1, 2), unlabelled: ArraySource = Self.images,
            loss: LossDescription? = nil
        ) throws -> String? {
            try self.refusal(
                TrainingRecipe(
                    pseudoLabels: PseudoLabelling(
                        unlabelled: unlabelled, labels: .online, batchSize: batchSize, alpha: alpha,
                        rampStart: ramp.0, rampEnd: ramp.1)), loss: loss)
        }
        #expect(try refusal() == nil)
        #expect(
            try refusal(unlabelled: Self.sums) == "pseudo-labels need classes and cross-entropy, not cross_entropy")
        #expect(
            try refusal(loss: .binaryCrossEntropy)
                == "pseudo-labels need classes and cross-entropy, not binary_cross_entropy")
        #expect(try refusal(alpha: -1) == "pseudo-labels' alpha must be finite and at least 0, not -1.0")
        #expect(try refusal(ramp: (3, 2)) == "pseudo-labels' ramp ends in epoch 2, before its start in 3")
        for size in [0, 9] {
            #expect(try refusal(batchSize: size) == "the batch size of pseudo-labels must be 1 to 8, not \(size)")
        }
        #expect(
            try refusal(unlabelled: .halves(count: 9, side: 3, seed: 1))
                == "the unlabelled part does not fit: samples have 9 features, but the model takes 1x2x2")
        #expect(
            try refusal(unlabelled: .halves(count: 0, side: 2, seed: 1))
                == "the unlabelled part does not fit: there are no samples")
    }
}
