import Architecture
import Experiments
import Testing

@Suite struct OverrideTests {
    @Test func anOverrideWinsOverTheFileAndALaterOneOverAnEarlierOne() throws {
        let text = classification + "optimizer: {learning_rate: 0.1}\n"
        #expect(try read(text).experiment.builtIn.optimizer == .adam(learningRate: 0.1))
        #expect(
            try read(text, set: "optimizer.learning_rate=0.2").experiment.builtIn.optimizer == .adam(learningRate: 0.2))
        #expect(
            try read(text, set: "optimizer.learning_rate=0.2", "optimizer.learning_rate=0.3").experiment.builtIn
                .optimizer
                == .adam(learningRate: 0.3))
    }

    @Test func sectionsThatAreMissingAreMade() throws {
        let file = try read(classification, set: "train.early_stopping.patience=4", "train.epochs=3")
        #expect(file.experiment.train.earlyStopping == .init(rule: .patience(epochs: 4, minDelta: 0)))
        #expect(file.experiment.train.epochs == 3)
    }

    @Test func noneIsASectionThatIsMissing() throws {
        let text = classification + "train: {early_stopping: none}\n"
        let file = try read(text, set: "train.early_stopping.patience=4")
        #expect(file.experiment.train.earlyStopping == .init(rule: .patience(epochs: 4, minDelta: 0)))
    }

    @Test func aValueMayBeAWholeSection() throws {
        let file = try read(classification, set: "train.early_stopping={threshold: 0.5, keep_training: true}")
        #expect(file.experiment.train.earlyStopping == .init(rule: .threshold(0.5), keepTraining: true))
    }

    @Test func aValueMayHoldAnEqualsSign() throws {
        #expect(try read(classification, set: "name=a=b").experiment.name == "a=b")
    }

    @Test func aParametersPathStaysOneKey() throws {
        let text = classification + "search: {trials: 4, parameters: {optimizer.learning_rate: {min: 0.1, max: 0.2}}}\n"
        let file = try read(
            text, set: "search.parameters.optimizer.learning_rate.max=0.3",
            "search.parameters.model.dropout={values: [0.1, 0.2]}")
        #expect(
            file.experiment.search.parameters == [
                .init(path: "optimizer.learning_rate", domain: .real(minimum: 0.1, maximum: 0.3, scale: .linear)),
                .init(path: "model.dropout", domain: .values([.double(0.1), .double(0.2)])),
            ])
    }

    @Test(arguments: [
        (
            "optimizer.learning_rate=abc",
            "--set optimizer.learning_rate=abc: optimizer.learning_rate: expected a number, found \"abc\""
        ),
        (
            "optimizer.lerning_rate=1",
            "--set optimizer.lerning_rate=1: optimizer.lerning_rate: unknown key \"lerning_rate\" for adam "
                + "(did you mean \"learning_rate\"?)"
        ),
        (
            "optimizer.learning_rate={",
            "--set optimizer.learning_rate={: optimizer.learning_rate: not valid YAML: while parsing a flow node, "
                + "did not find expected node content"
        ),
        (
            "optimizer.learning_rate=",
            "--set optimizer.learning_rate=: optimizer.learning_rate: expected a number, found nothing"
        ),
        ("optimizer.learning_rate", "--set optimizer.learning_rate: expected a dotted path, \"=\" and a value"),
        ("=3", "--set =3: expected a dotted path, \"=\" and a value"),
        ("a..b=3", "--set a..b=3: expected a dotted path, \"=\" and a value"),
        (
            "data.source.csv=a.csv",
            "--set data.source.csv=a.csv: data.source.csv: there is no \"csv\" inside the single value \"mnist-5k\""
        ),
        (
            "search.parameters.model.dropout.values=[2]",
            "--set search.parameters.model.dropout.values=[2]: model.dropout: "
                + "must be at least 0 and below 1, but is 2"
        ),
    ])
    func aBadOverrideIsNamed(_ override: String, _ line: String) {
        #expect(complaint(classification, set: override) == line)
    }
}
