import Architecture
import Experiments
import TestSupport
import Testing

@Suite struct ResolvedTests {
    @Test func everyDefaultIsFilledIn() throws {
        #expect(
            try read(classification).resolvedYAML() == """
                seed: 0
                data:
                  source: mnist-5k
                  split:
                    kind: random
                    validation: 0.2
                    test: 0.2
                    stratified: true
                    vary: false
                  imbalance: none
                  labelled: none
                  scale: min_max
                  scale_target: false
                  augment: []
                  sampler: uniform
                  batch_size: 32
                  drop_last: false
                model:
                  preset: mnist_cnn
                  dropout: 0.5
                  batch_norm: false
                  initialization: pytorch
                loss:
                  kind: cross_entropy
                  label_smoothing: none
                  class_weights: none
                  logit_adjustment: none
                regularize:
                  disturb_label: none
                  disturb_value: none
                  mixup: none
                  cutmix: none
                pseudo_label: none
                optimizer:
                  kind: adam
                  learning_rate: 0.001
                  beta1: 0.9
                  beta2: 0.999
                  epsilon: 1.0e-08
                  weight_decay: 0.0
                  clip_norm: none
                  learning_rate_schedule: none
                train:
                  epochs: 20
                  select:
                    monitor: validation_loss
                    goal: minimize
                  early_stopping: none
                  weight_averaging: none
                checkpoint:
                  every: 30s
                  budget: none
                  keep_last: false
                requires: []
                search:
                  sampler: grid
                  seeds: 1
                  trials: 1
                  scheduler: none

                """)
    }

    static let files = [
        classification,
        regression + "name: 'no'\nseed: 9223372036854775807\n",
        """
        name: "a \\"name\\": with # sorts \\u00e9 \\U0001F33E"
        data:
          source: {csv: "../my data/a.csv.gz", target: "t \\"of\\": with\\nall # sorts \\u00e9 \\U0001F33E\\t", ignore: [id, "010", "1e5", "yes"], shape: [3, 4, 5]}
          split: {validation: 0.1, test: 0.3, stratified: false}
        model:
          layers:
            - conv2d: {channels: 2, kernel: 3, bias: false}
            - relu
            - max_pool2d: {kernel: 2, stride: 1}
            - dropout: 0.25
            - flatten
            - linear: {features: 4}
        loss: {kind: cross_entropy}
        optimizer: {kind: sgd, learning_rate: 1e-7, momentum: 0.9, weight_decay: 1e-20}
        train: {epochs: 7, select: {monitor: validation_accuracy}, early_stopping: {patience: 2, keep_training: true}}
        checkpoint: {every: 90s, budget: 1536MiB}
        requires: [gpu, big.mem-2]
        search:
          seeds: 2
          parameters:
            optimizer.learning_rate: {min: 1e-9, max: 1e22, scale: log}
            optimizer.kind: {values: [sgd]}
            model.layers.5.linear.features: {min: 1, max: 9, integer: true}
            model.layers.0.conv2d.bias: {values: [true, false]}
        """,
        """
        data: {source: digits}
        model:
          initialization: he
          layers:
            - conv2d: {channels: 8, kernel: 3, padding: 1, bias: false}
            - batch_norm
            - leaky_relu
            - max_pool2d: {kernel: 3, stride: 2, padding: 1}
            - residual:
                body:
                  - conv2d: {channels: 16, kernel: 3, stride: 2, padding: 1}
                  - batch_norm: {momentum: 0.05, epsilon: 1e-3}
                  - residual: {body: [gelu, {dropout2d: 0.1}]}
                shortcut:
                  - sequential:
                      - conv2d: {channels: 16, kernel: 1, stride: 2}
                      - batch_norm
            - leaky_relu: {slope: 0.2}
            - avg_pool2d: {kernel: 2}
            - global_avg_pool
            - flatten
            - layer_norm
            - sigmoid
            - layer_norm: {epsilon: 1e-3}
            - tanh
            - linear: {features: 10}
        loss:
          label_smoothing: {amount: 0.1, spread: all}
          class_weights: [1, 2.5, 3, 4, 5, 6, 7, 8, 9, 10]
        optimizer:
          kind: sgd
          momentum: 0.9
          nesterov: true
          clip_norm: 5
          learning_rate_schedule: {kind: one_cycle, cycle_momentum: true, min_momentum: 0.8}
        search:
          parameters:
            loss.label_smoothing.amount: {min: 0, max: 0.2}
            model.layers.4.residual.body.1.batch_norm.momentum: {values: [0.1, 0.2]}
        """,
        """
        data: {source: digits}
        model: {preset: mlp, hidden: [32, 16]}
        loss: {label_smoothing: 0.1, class_weights: inverse_frequency}
        optimizer: {kind: adamw, learning_rate_schedule: {kind: cosine, warmup: {epochs: 3}}}
        search:
          parameters:
            model.hidden.1: {values: [8, 16]}
            optimizer.learning_rate_schedule.kind: {values: [constant, cosine, reduce_on_plateau]}
            optimizer.learning_rate_schedule.warmup.epochs: {values: [1, 5]}
            optimizer.kind: {values: [adam, adamw, sgd, rmsprop]}
            loss.label_smoothing: {values: [none, 0.2]}
        """,
        """
        data: {source: housing}
        model: {layers: [{linear: {features: 4}}, {dropout: 0.1}, {linear: {features: 1}}]}
        loss: {kind: huber}
        optimizer: {kind: rmsprop, learning_rate_schedule: one_cycle}
        train: {epochs: 9}
        search:
          parameters:
            loss.kind: {values: [mean_absolute_error, mean_squared_error]}
            optimizer.momentum: {values: [0, 0.9]}
            model.layers.1.dropout: {min: 0, max: 0.5}
        """,
        """
        data: {source: digits}
        model:
          layers:
            - max_pool2d: {kernel: 2}
            - flatten
            - linear: {features: 10}
        optimizer: {learning_rate_schedule: {kind: step, epochs: 5, factor: 0.5}}
        search:
          parameters:
            model.layers.0.max_pool2d.kernel: {min: 1, max: 3, integer: true}
            optimizer.learning_rate_schedule: {values: [none, constant, cosine]}
            optimizer.learning_rate: {values: [0.1, 0.01]}
        """,
    ]

    static let shortForms = [
        """
        data: digits
        model:
          layers: [{conv2d: {channels: 4, kernel: 3}}, batch_norm, {leaky_relu: 0.2}, {max_pool2d: 2}, {avg_pool2d: 2},
            flatten, {linear: 64}, relu, {dropout: 0.5}, {linear: 10}]
        loss: cross_entropy
        optimizer: sgd
        train: 3
        checkpoint: 5m
        search:
          parameters:
            model.layers.6.linear.features: [32, 64]
            model.layers.9.linear: [10]
            model.layers.1.batch_norm.momentum: [0.1, 0.2]
            optimizer.learning_rate: {min: 0.01, max: 0.1}
            loss.label_smoothing: [none, 0.1]
        """,
        """
        data: housing
        model: regressor
        loss: huber
        optimizer: {kind: adam, learning_rate_schedule: {kind: cosine, warmup: 2}}
        train: {select: validation_r2, early_stopping: 4}
        search:
          parameters:
            optimizer.learning_rate_schedule.warmup.start_factor: [0.1, 0.2]
            loss.delta: [1, 2]
            optimizer.kind: [adam, rmsprop]
            data.batch_size: [16, 32]
        """,
    ]

    static let all = files + shortForms

    @Test(arguments: all)
    func readingItAgainGivesTheSame(_ text: String) throws {
        let file = try read(text)
        let again = try read(file.resolvedYAML())
        #expect(again.experiment == file.experiment)
        #expect(again.resolvedYAML() == file.resolvedYAML())
        #expect(again.identity == file.identity)
    }

    /// Defaults of one trial are not those of another: of another optimizer, or of a stride that follows its kernel.
    @Test(arguments: all)
    func everyTrialOfTheResolvedFileIsThatOfTheFile(_ text: String) throws {
        let file = try read(text)
        let again = try read(file.resolvedYAML())
        for parameter in file.experiment.search.parameters {
            for value in parameter.domain.samples {
                let assignment = Assignment([.init(path: parameter.path, value: value)])
                let (one, other) = try (again.trial(assigning: assignment), file.trial(assigning: assignment))
                #expect(one.resolvedYAML() == other.resolvedYAML())
            }
        }
    }

    /// Whether it was read for this trial, or put together from the text that all have.
    @Test(arguments: all, SeededCases(10))
    func everyTrialsFileIsItsExperiment(_ text: String, _ testCase: SeededCase) throws {
        var random = testCase.random
        let file = try read(text)
        let assignment = Assignment(
            file.experiment.search.parameters.map {
                .init(path: $0.path, value: $0.domain.samples.randomElement(using: &random)!)
            })
        guard let experiment = try? file.experiment(assigning: assignment) else { return }
        let trial = try file.trial(assigning: assignment).resolvedYAML()
        let again = try read(trial)
        #expect(again.experiment == experiment, "\(assignment)")
        #expect(try again.trial(assigning: []).resolvedYAML() == trial, "\(assignment)")
    }

    @Test func aDefaultThatASearchedValueChangesIsLeftOut() throws {
        let text = classification + "search: {parameters: {optimizer.kind: {values: [adam, adamw]}}}\n"
        let resolved = try read(text).resolvedYAML()
        #expect(resolved.contains("  kind: adam\n  learning_rate: 0.001\n  beta1: 0.9\n"))
        #expect(!resolved.contains("weight_decay"))
    }

    @Test(arguments: SeededCases(200))
    func anyTextAndAnyNumberSurvive(_ testCase: SeededCase) throws {
        var random = testCase.random
        let alphabet = Array("aZ09 -_.:#'\"\\,[]{}&*!|>%@`~?\n\té漢🌾\u{85}\u{2028}\u{7f}\u{1}".unicodeScalars)
        var name = ""
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            name.unicodeScalars.append(alphabet.randomElement(using: &random)!)
        }
        let rate = Double(bitPattern: UInt64.random(in: 1..<Double.infinity.bitPattern, using: &random))

        let trial = try read(classification).trial(assigning: [
            .init(path: "optimizer.learning_rate", value: .double(rate))
        ]).resolvedYAML()
        #expect(try read(trial).experiment.builtIn.optimizer == .adam(learningRate: rate), "\(testCase)")

        // The file's own text is quoted as JSON does it, which is YAML too.
        let escaped = name.unicodeScalars.map { "\\U" + hexadecimal($0.value) }.joined()
        let file = try read(
            "data: {source: {csv: a.csv, target: \"\(escaped)\", task: classification}}\nmodel: {preset: mlp}\n")
        for file in [file, try read(file.resolvedYAML())] {
            guard case .csv(let csv) = file.experiment.builtIn.data.source else { fatalError("another source") }
            #expect(csv.target == name, "\(testCase)")
        }
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test func whatOtherReadersTakeForAnythingButTextIsQuoted() throws {
        for word in ["no", "Yes", "on", "null", "~", "010", "1:30", "0x1F", "1_000", "1e5", ".5", "", " ", "-", "a: b"]
        {
            guard !word.isEmpty else { continue }
            let source = "{csv: a.csv, target: '\(word)', task: regression}"
            let resolved = try read("data: {source: \(source)}\nmodel: {preset: mlp}\n").resolvedYAML()
            #expect(resolved.contains("    target: \"\(word)\"\n"))
        }
    }

    @Test func numbersHaveAPointAndASignedExponent() throws {
        let resolved = try read(
            regression + "optimizer: {learning_rate: 1e-5, weight_decay: 1e22}\n"
        ).resolvedYAML()
        #expect(resolved.contains("learning_rate: 1.0e-05\n"))
        #expect(resolved.contains("weight_decay: 1.0e+22\n"))
    }
}
