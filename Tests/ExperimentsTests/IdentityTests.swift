import Experiments
import Testing

@Suite struct IdentityTests {
    private let text = classification + "search: {trials: 2, parameters: {model.dropout: {min: 0, max: 0.5}}}\n"

    @Test(arguments: [
        "name=other", "train.epochs=3", "search.trials=4", "search.seeds=2", "search.sampler=random",
        "search.parameters.model.dropout.max=0.4", "search.parameters.data.batch_size={values: [8, 16]}",
        "checkpoint.every=5m", "checkpoint.budget=20GB", "requires=[gpu]",
        // Defaults, written out.
        "seed=0", "data.split.test=0.2", "optimizer.kind=adam", "loss.kind=cross_entropy", "train.early_stopping=none",
        "model.initialization=pytorch", "loss.label_smoothing=none", "optimizer.clip_norm=none",
        "optimizer.learning_rate_schedule=none", "optimizer.learning_rate_schedule=constant",
        "optimizer.learning_rate_schedule={kind: constant}", "data.drop_last=false",
        // Short forms.
        "data=mnist-5k", "model=mnist_cnn", "loss=cross_entropy", "optimizer=adam", "train=7",
    ])
    func isTheSameFor(_ override: String) throws {
        #expect(try read(text, set: override).identity == read(text).identity)
    }

    @Test(arguments: [
        "seed=1", "data.source=digits", "data.split.test=0.1", "data.scale=none", "data.batch_size=64",
        "data.drop_last=true",
        "model.dropout=0.4", "optimizer.kind=sgd", "optimizer.weight_decay=0.1",
        "model.initialization=he", "loss.label_smoothing=0.1", "loss.class_weights=inverse_frequency",
        "optimizer.clip_norm=1", "optimizer.learning_rate_schedule=cosine",
        "train.select.monitor=validation_accuracy", "train.early_stopping.patience=3",
    ])
    func isAnotherFor(_ override: String) throws {
        #expect(try read(text, set: override).identity != read(text).identity)
    }

    /// A program that does not know the key has made the same text of the same file.
    @Test func aNewKeyWithItsDefaultIsNoPartOfIt() throws {
        #expect(!(try read(text).identity.contains("drop_last")))
        #expect(try read(text).resolvedYAML().contains("drop_last: false\n"))
    }

    @Test func whatDiffersIsNamed() throws {
        let old = try read(text).identity
        #expect(SettingDifference.between(old, old).isEmpty)
        let new = try read(text, set: "seed=1", "data.batch_size=64", "optimizer.clip_norm=1").identity
        let words = SettingDifference.between(old, new).map { "\($0.path): \($0.old ?? "-") -> \($0.new ?? "-")" }
        #expect(words.sorted() == ["data.batch_size: 32 -> 64", "optimizer.clip_norm: none -> 1.0", "seed: 0 -> 1"])
        #expect(SettingDifference.between("a: {b: [1, 2]}", "a: {b: [1, 3], c: x}").map(\.path) == ["a.b.1", "a.c"])
        #expect(SettingDifference.between("a: [1]", "a: [1, 2]").map(\.new) == ["[1, 2]"])
        #expect(SettingDifference.between("[", "a: 1").isEmpty)
    }

    @Test(arguments: ["cosine", "one_cycle"])
    func moreEpochsAreAnotherExperimentWhereAScheduleLastsAsLong(_ kind: String) throws {
        let schedule = "optimizer.learning_rate_schedule"
        #expect(
            try read(text, set: "\(schedule)=\(kind)").identity
                != read(text, set: "\(schedule)=\(kind)", "train.epochs=30").identity)
        let fixed = "\(schedule)={kind: \(kind), epochs: 15}"
        #expect(try read(text, set: fixed).identity == read(text, set: fixed, "train.epochs=30").identity)
    }
}
