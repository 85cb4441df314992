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
                    validation: 0.2
                    test: 0.2
                    stratified: true
                  scale: min_max
                  scale_target: false
                  batch_size: 32
                model:
                  preset: mnist_cnn
                  dropout: 0.5
                loss:
                  kind: cross_entropy
                optimizer:
                  kind: adam
                  learning_rate: 0.001
                  weight_decay: 0.0
                train:
                  epochs: 20
                  select:
                    monitor: validation_loss
                    goal: minimize
                  early_stopping: none
                checkpoint:
                  every: 30s
                search:
                  sampler: grid
                  seeds: 1
                  trials: 1

                """)
    }

    static let files = [
        classification,
        regression + "name: 'no'\nseed: 9223372036854775807\n",
        """
        name: "a \\"name\\": with\\nall # sorts \\u00e9 \\U0001F33E\\t"
        data:
          source: {csv: "../my data/a.csv.gz", target: 10, ignore: [id, "010", "1e5", "yes"], shape: [3, 4, 5]}
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
        checkpoint: {every: 90s}
        search:
          seeds: 2
          parameters:
            optimizer.learning_rate: {min: 1e-9, max: 1e22, scale: log}
            optimizer.kind: {values: [sgd]}
            model.layers.5.linear.features: {min: 1, max: 9, integer: true}
            model.layers.0.conv2d.bias: {values: [true, false]}
        """,
    ]

    @Test(arguments: files)
    func readingItAgainGivesTheSame(_ text: String) throws {
        let file = try read(text)
        let again = try read(file.resolvedYAML())
        #expect(again.experiment == file.experiment)
        #expect(again.resolvedYAML() == file.resolvedYAML())
        #expect(again.identity == file.identity)
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

        let trial = try read(classification).trialYAML(assignment: [
            .init(path: "optimizer.learning_rate", value: .double(rate))
        ])
        #expect(try read(trial).experiment.optimizer == .adam(learningRate: rate), "\(testCase)")

        // The file's own text is quoted as JSON does it, which is YAML too.
        let escaped = name.unicodeScalars.map { "\\U" + hexadecimal($0.value) }.joined()
        let named = try read(classification + "name: \"\(escaped)\"\n")
        #expect(named.experiment.name == name, "\(testCase)")
        #expect(try read(named.resolvedYAML()).experiment.name == name, "\(testCase)")
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test func whatOtherReadersTakeForAnythingButTextIsQuoted() throws {
        for word in ["no", "Yes", "on", "null", "~", "010", "1:30", "0x1F", "1_000", "1e5", ".5", "", " ", "-", "a: b"]
        {
            guard !word.isEmpty else { continue }
            let resolved = try read(classification + "name: '\(word)'\n").resolvedYAML()
            #expect(resolved.hasPrefix("name: \"\(word)\"\n"))
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
