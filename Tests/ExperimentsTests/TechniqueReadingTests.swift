import Architecture
import Experiments
import Testing

/// What an experiment file says of data and of the techniques that work on them.
@Suite struct TechniqueReadingTests {
    private static let mnist = "data: {source: mnist}\nmodel: {preset: mnist_cnn}\n"
    private static let semi = "data: {source: mnist, labelled: 1000}\nmodel: {preset: mnist_cnn}\n"

    @Test(arguments: ["{idx: a/b}", "{cifar10: c}", "{images: p}", "{hdf5: d.h5, task: regression}", "fashion-mnist"])
    func sourcesSurviveTheirResolution(_ text: String) throws {
        let file = try read("data: {source: \(text)}\nmodel: {preset: mlp}\n")
        #expect(try read(file.resolvedYAML()).experiment == file.experiment)
    }

    @Test func sources() throws {
        func source(_ text: String) throws -> DataSourceDescription {
            try read("data: {source: \(text)}\nmodel: {preset: mlp}\n").experiment.builtIn.data.source
        }
        #expect(try source("cifar10") == .builtIn(.cifar10))
        #expect(try source("{idx: a/b}") == .idx("a/b"))
        #expect(try source("{cifar10: c}") == .cifar10("c"))
        #expect(try source("{hdf5: d.h5, task: regression}").task == .regression)
        guard case .images(let images) = try source("{images: p, size: [16, 24], channels: 1}") else {
            Issue.record("no image folder")
            return
        }
        #expect(images.folder == "p" && images.size?.height == 16 && images.size?.width == 24)
        #expect(images.channels == 1)
    }

    @Test func sharesAndCountsOfSamples() throws {
        let split = try read(Self.mnist, set: "data.split={train: 4000, validation: 1000, test: 0.5}")
            .experiment.builtIn.data.split
        #expect(split.training == .count(4000) && split.validation == .count(1000) && split.test == .share(0.5))
    }

    @Test func aSourceWithATestPartIsTestedOnIt() throws {
        let file = try read(Self.mnist)
        #expect(file.experiment.builtIn.data.split.test == nil)
        #expect(file.resolvedYAML().contains("test: own"))
        #expect(
            try read("data: {source: digits}\nmodel: {preset: mlp}\n").experiment.builtIn.data.split.test == .share(0.2)
        )
    }

    @Test func labelledAlone() throws {
        let data = try read(Self.semi).experiment.builtIn.data
        #expect(data.labelled?.count == 1000 && data.labelled?.validationCount == 1000)
        #expect(data.labelled?.balanced == true)
        #expect(data.split.validation == nil)
    }

    @Test func everyTechnique() throws {
        let file = try read(
            """
            data:
              source: cifar10
              scale: {kind: normalize, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
              augment: [horizontal_flip, {kind: random_crop, padding: 2}, {kind: random_erasing, area: [0.1, 0.2]}]
              sampler: weighted
              imbalance: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
            model: {preset: resnet}
            regularize: {disturb_label: 30, mixup: 0.4}
            train: {early_stopping: 5, select: {monitor: validation_macro_f1}}
            """)
        let experiment = file.experiment
        #expect(
            experiment.builtIn.data.augment == [
                .horizontalFlip(probability: 0.5), .randomCrop(padding: 2),
                .randomErasing(probability: 0.5, area: 0.1...0.2, aspect: 0.3...3.3),
            ])
        #expect(
            experiment.builtIn.data.scale == .normalize(mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25]))
        #expect(experiment.builtIn.data.sampler == .weighted)
        #expect(experiment.builtIn.data.imbalance?.count == 10)
        #expect(experiment.builtIn.regularize.disturbLabel?.alpha == 30)
        #expect(experiment.builtIn.regularize.mixing == .mixup(alpha: 0.4))
        #expect(experiment.train.earlyStopping?.rule == .patience(epochs: 5, minDelta: 0))
        #expect(experiment.train.select.goal == .maximize)
        #expect(try read(file.resolvedYAML()).experiment == experiment)
    }

    @Test func anAmountOfZeroMixesNothing() throws {
        let file = try read(Self.mnist, set: "regularize={mixup: 0, cutmix: 1.0}")
        #expect(file.experiment.builtIn.regularize.mixing == .cutmix(alpha: 1))
    }

    @Test func kindsOfPseudoLabelsAreCompared() throws {
        let file = try read(
            Self.semi
                + """
                pseudo_label: {kind: online, alpha: 2.0, ramp_start: 3, ramp_end: 9, threshold: 0.95}
                search: {sampler: grid, parameters: {pseudo_label.kind: {values: [none, online, threshold]}}}
                """)
        let kinds = try ["none", "online", "threshold"].map { kind in
            try file.experiment(assigning: [.init(path: "pseudo_label.kind", value: .string(kind))]).builtIn.pseudoLabel
        }
        #expect(kinds[0] == nil)
        #expect(kinds[1]?.kind == .online)
        #expect(kinds[1]?.alpha == 2 && kinds[1]?.rampStart == 3 && kinds[1]?.rampEnd == 9)
        #expect(kinds[2]?.kind == .threshold(0.95, teacher: .trained(epochs: 20)))
    }

    @Test func fixMatchChangesSamplesAsUsual() throws {
        let file = try read(Self.semi + "pseudo_label: fixmatch\n")
        let strong: [AugmentationDescription] = [
            .randAugment(operations: 2, magnitude: 9),
            .randomErasing(probability: 0.5, area: 0.02...0.33, aspect: 0.3...3.3),
        ]
        #expect(file.experiment.builtIn.pseudoLabel?.kind == .fixMatch(0.95, strong: strong))
        #expect(file.resolvedYAML().contains("rand_augment"))
        #expect(!file.resolvedYAML().contains("magnitude"))
    }

    @Test(arguments: mistakes)
    func isRefusedWithOneLine(_ mistake: Mistake) {
        #expect(complaint(mistake.text) == mistake.line)
    }

    private static let housing = "data: {source: housing}\nmodel: {preset: regressor}\n"

    static let mistakes: [Mistake] = [
        .init(
            "alpha above 100", mnist + "regularize: {disturb_label: {alpha: 130}}\n",
            "e.yaml:3:37: regularize.disturb_label.alpha: must be at least 0 and at most 100, but is 130"),
        .init(
            "alpha below 0", mnist + "regularize: {disturb_label: -1}\n",
            "e.yaml:3:29: regularize.disturb_label: must be at least 0 and at most 100, but is -1"),
        .init(
            "labels of a regression", housing + "regularize: {disturb_label: 10}\n",
            "e.yaml:3:29: regularize.disturb_label: disturb_label is for a classification, but the data is a regression"
        ),
        .init(
            "values of classes", mnist + "regularize: {disturb_value: {scale: 0.1}}\n",
            "e.yaml:3:29: regularize.disturb_value: disturb_value is for a regression, but the data is a classification"
        ),
        .init(
            "mixed twice", mnist + "regularize: {mixup: 0.2, cutmix: 1}\n",
            "e.yaml:3:34: regularize.cutmix: a batch is mixed once: give mixup or cutmix, not both"),
        .init(
            "a weighted regression", "data: {source: housing, sampler: weighted}\n",
            "e.yaml:1:34: data.sampler: needs classes, but the data is a regression"),
        .init(
            "a labelled regression", "data: {source: housing, labelled: 100}\n",
            "e.yaml:1:35: data.labelled: needs classes, but the data is a regression"),
        .init(
            "labelled and split", "data: {source: mnist, labelled: 100, split: {validation: 100}}\n",
            "e.yaml:1:58: data.split.validation: data.labelled says how many train and validate: give one of the two"),
        .init(
            "labelled and imbalance", "data: {source: mnist, labelled: 100, imbalance: [1, 2]}\n",
            "e.yaml:1:49: data.imbalance: says how many train, and so does labelled"),
        .init(
            "a test part that is not there", "data: {source: digits, split: {test: own}}\n",
            "e.yaml:1:38: data.split.test: the source has no test part of its own: give a share or a count"),
        .init(
            "pseudo-labels without unlabelled samples", mnist + "pseudo_label: online\n",
            "e.yaml:3:15: pseudo_label: there are no unlabelled samples: say how many have labels, "
                + "data.labelled: {count: 1000}"),
        .init(
            "pseudo-labels of a regression", housing + "pseudo_label: online\n",
            "e.yaml:3:15: pseudo_label: pseudo-labels are classes: they need a classification with cross_entropy"),
        .init(
            "a ramp that ends before it begins", semi + "pseudo_label: {kind: online, ramp_start: 9, ramp_end: 3}\n",
            "e.yaml:3:55: pseudo_label.ramp_end: ramp_start (9) must not be after ramp_end (3)"),
        .init(
            "an unknown augmentation", "data: {source: mnist, augment: [flip]}\n",
            "e.yaml:1:33: data.augment.0: unknown augmentation \"flip\" "
                + "(called horizontal_flip here)"),
        .init(
            "a range that is upside down",
            "data: {source: mnist, augment: [{kind: random_erasing, area: [0.3, 0.1]}]}\n",
            "e.yaml:1:62: data.augment.0.area: must be the smallest and the largest value: [a, b]"),
        .init(
            "as many means as deviations", "data: {source: mnist, scale: {kind: normalize, mean: [0.5]}}\n",
            "e.yaml:1:30: data.scale: normalize needs as many means as standard deviations, one or one for each "
                + "channel; there are 1 and 0"),
        .init(
            "normalize without numbers", "data: {source: mnist, scale: normalize}\n",
            "e.yaml:1:30: data.scale: normalize needs its numbers: {kind: normalize, mean: [0.5], std: [0.5]}"),
        .init(
            "two sources at once", "data: {source: {idx: a, hdf5: b}}\n",
            "e.yaml:1:16: data.source: a source is one of csv, idx, cifar10, images, hdf5, npz, with its file or folder"
        ),
        .init(
            "a source of no kind", "data: {source: {imgs: a}}\n",
            "e.yaml:1:16: data.source: unknown source \"imgs\" (did you mean \"images\"?)"),
        .init(
            "two channels", "data: {source: {images: a, channels: 2}}\n",
            "e.yaml:1:38: data.source.channels: must be 1 for grey or 3 for colour"),
    ]

    @Test func augmentationsAndCutmixAreForImages() throws {
        let flat = "data: {source: housing, augment: [horizontal_flip]}\nmodel: {preset: regressor}\n"
        let augmented = try read(flat)
        #expect(throws: ExperimentError.self) { try augmented.check(with: SampleFacts(shape: [13], classes: nil)) }
        let csv = "data: {source: {csv: a.csv, target: y, task: classification}}\nmodel: {preset: mlp}\n"
        let cut = try read(csv + "regularize: {cutmix: 1}\n")
        let error = #expect(throws: ExperimentError.self) { try cut.check(with: SampleFacts(shape: [4], classes: 3)) }
        #expect(
            error?.description == "e.yaml:3:22: regularize.cutmix: is for images, [channels, height, width], "
                + "but the data's samples have the shape 4")
    }
}
