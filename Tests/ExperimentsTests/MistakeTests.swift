import Experiments
import Testing

@Suite struct MistakeTests {
    @Test(arguments: yaml + keys + data)
    func isRefusedWithOneLine(_ mistake: Mistake) {
        #expect(complaint(mistake.text) == mistake.line)
    }

    private static let adamKeys =
        "there are: kind, learning_rate, beta1, beta2, epsilon, weight_decay, clip_norm, learning_rate_schedule, freeze, layer_rates"

    static let yaml: [Mistake] = [
        .init("empty file", "", "e.yaml: the file is empty"),
        .init("only a comment", "# nothing\n", "e.yaml: the file is empty"),
        .init("null", "~\n", "e.yaml: the file is empty"),
        .init("a list at the root", "- a\n", "e.yaml:1:1: expected a mapping, found a list"),
        .init("a word at the root", "hello\n", "e.yaml:1:1: expected a mapping, found \"hello\""),
        .init(
            "broken flow", "data: {source: mnist-5k\nmodel: 1\n",
            "e.yaml:2:6: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'"),
        .init(
            "a tab", "data:\n\tsource: mnist-5k\n",
            "e.yaml:2:1: not valid YAML: while scanning for the next token, found character that cannot start any token"
        ),
        .init(
            "two documents", "a: 1\n---\nb: 2\n",
            "e.yaml:2:1: not valid YAML: expected a single document in the stream, but found another document"),
        .init(
            "an anchor", "data: &d {source: digits}\nmodel: *d\n", "e.yaml:1:7: anchors and aliases are not supported"),
        .init("a tag", "seed: !!str 3\n", "e.yaml:1:7: YAML tags (tag:yaml.org,2002:str) are not supported"),
        .init(
            "a key twice", classification + "seed: 1\nseed: 2\n", "e.yaml:3:1: seed: this key is given more than once"),
        .init("a mapping as key", "{a: 1}: 2\n", "e.yaml:1:1: a key must be a word"),
        .init(
            "nested too deep", String(repeating: "[", count: 5000),
            "e.yaml:1:1: not valid YAML: while parsing, Maximum nesting level reached, set with yaml_set_max_nest_level())"
        ),
    ]

    static let keys: [Mistake] = [
        .init(
            "unknown key", classification + "optimzer: {kind: adam}\n",
            "e.yaml:3:1: optimzer: unknown key \"optimzer\" (did you mean \"optimizer\"?)"),
        .init(
            "unknown key in a section", classification + "optimizer:\n  kind: adam\n  learning_rat: 0.1\n",
            "e.yaml:5:3: optimizer.learning_rat: unknown key \"learning_rat\" for adam (did you mean \"learning_rate\"?)"
        ),
        .init(
            "a key of nobody's", classification + "optimizer: {zzz: 1}\n",
            "e.yaml:3:13: optimizer.zzz: unknown key \"zzz\" for adam; " + adamKeys),
        .init(
            "a key of another kind", classification + "optimizer: {kind: adam, momentum: 0.9}\n",
            "e.yaml:3:25: optimizer.momentum: unknown key \"momentum\" for adam; " + adamKeys),
        .init(
            "a key of nobody's at the root", classification + "tracker: {kind: asha}\n",
            "e.yaml:3:1: tracker: unknown key \"tracker\"; "
                + "there are: name, seed, program, data, model, loss, regularize, pseudo_label, optimizer, train, select, checkpoint, "
                + "requires, search"
        ),
        .init(
            "a merge key", classification + "optimizer: {<<: 1}\n",
            "e.yaml:3:13: optimizer.<<: unknown key \"<<\" for adam; " + adamKeys),
        .init(
            "a missing section", "seed: 1\nmodel: {preset: mnist_cnn}\n",
            "e.yaml:1:1: data: the key \"source\" is missing"),
        .init(
            "a misspelled required key", "data: {sorce: digits}\n",
            "e.yaml:1:8: data.sorce: unknown key \"sorce\" (did you mean \"source\"?)"),
        .init(
            "text for a number", classification + "optimizer: {learning_rate: fast}\n",
            "e.yaml:3:28: optimizer.learning_rate: expected a number, found \"fast\""),
        .init(
            "a mapping for a number", classification + "optimizer: {learning_rate: {a: 1}}\n",
            "e.yaml:3:28: optimizer.learning_rate: expected a number, found a mapping"),
        .init(
            "nothing for a number", classification + "optimizer: {learning_rate: }\n",
            "e.yaml:3:28: optimizer.learning_rate: expected a number, found nothing"),
        .init(
            "a number out of range", classification + "optimizer: {learning_rate: -0.1}\n",
            "e.yaml:3:28: optimizer.learning_rate: must be above 0, but is -0.1"),
        .init(
            "a number at an open end", "data: {source: housing}\nmodel: {preset: regressor, dropout: 1.0}\n",
            "e.yaml:2:37: model.dropout: must be at least 0 and below 1, but is 1.0"),
        .init(
            "not a number", classification + "optimizer: {weight_decay: .nan}\n",
            "e.yaml:3:27: optimizer.weight_decay: must be at least 0, but is .nan"),
        .init(
            "infinity", classification + "optimizer: {weight_decay: 1e999}\n",
            "e.yaml:3:27: optimizer.weight_decay: must be at least 0, but is 1e999"),
        .init(
            "a fraction for a whole number", classification + "train: {epochs: 1.5}\n",
            "e.yaml:3:17: train.epochs: expected a whole number, found \"1.5\""),
        .init(
            "a whole number out of range", classification + "train: {epochs: 0}\n",
            "e.yaml:3:17: train.epochs: must be between 1 and 1000000, but is 0"),
        .init(
            "a number that is octal to some", classification + "train: {epochs: 010}\n",
            "e.yaml:3:17: train.epochs: expected a whole number, found \"010\" (did you mean \"10\"?)"),
        .init(
            "a number that is a time to some", classification + "train: {epochs: 1:30}\n",
            "e.yaml:3:17: train.epochs: expected a whole number, found \"1:30\""),
        .init(
            "a quoted number", classification + "train: {epochs: \"10\"}\n",
            "e.yaml:3:17: train.epochs: expected a whole number, found \"10\""),
        .init(
            "a negative seed", classification + "seed: -1\n",
            "e.yaml:3:7: seed: must be between 0 and 9223372036854775807, but is -1"),
        .init(
            "a truth value that is one to some", "data: {source: housing, scale_target: no}\n",
            "e.yaml:1:39: data.scale_target: expected true or false, found \"no\" (did you mean \"false\"?)"),
        .init(
            "a duration without a unit", classification + "checkpoint: {every: 30}\n",
            "e.yaml:3:21: checkpoint.every: expected a duration above zero, such as 30s or 5m, found \"30\""),
        .init(
            "a budget without a unit", classification + "checkpoint: {budget: 20}\n",
            "e.yaml:3:22: checkpoint.budget: expected a number of bytes above zero, such as 500MB, 20GB or 16GiB, "
                + "found \"20\""),
        .init(
            "a budget of nothing", classification + "checkpoint: {budget: 0GB}\n",
            "e.yaml:3:22: checkpoint.budget: expected a number of bytes above zero, such as 500MB, 20GB or 16GiB, "
                + "found \"0GB\""),
        .init(
            "a budget in a unit of nobody's", classification + "checkpoint: {budget: 20Gb}\n",
            "e.yaml:3:22: checkpoint.budget: expected a number of bytes above zero, such as 500MB, 20GB or 16GiB, "
                + "found \"20Gb\""),
        .init(
            "a tag of two words", classification + "requires: [gpu, big mem]\n",
            "e.yaml:3:17: requires.1: a tag has 1 to 64 letters, digits, - _ or ., but is \"big mem\""),
        .init(
            "a tag twice", classification + "requires: [gpu, gpu]\n",
            "e.yaml:3:17: requires.1: \"gpu\" stands twice"),
        .init(
            "tags as a mapping", classification + "requires: {gpu: 1}\n",
            "e.yaml:3:11: requires: expected a list, found a mapping"),
    ]

    static let data: [Mistake] = [
        .init(
            "a misspelled source", "data: {source: mnist5k}\n",
            "e.yaml:1:16: data.source: unknown source \"mnist5k\" (did you mean \"mnist-5k\"?)"),
        .init(
            "half a source", "data: {source: mnist-5}\n",
            "e.yaml:1:16: data.source: unknown source \"mnist-5\" (did you mean \"mnist-5k\"?)"),
        .init(
            "a source of nobody's", "data: {source: imagenet}\n",
            "e.yaml:1:16: data.source: unknown source \"imagenet\" "
                + "(your own are {csv: FILE}, {images: FOLDER} or {hdf5: FILE}); "
                + "there are: mnist-5k, digits, housing, mnist, fashion-mnist, cifar10"),
        .init(
            "a list as source", "data: {source: [digits]}\n",
            "e.yaml:1:16: data.source: expected one of "
                + "mnist-5k, digits, housing, mnist, fashion-mnist, cifar10, found a list"),
        .init(
            "a CSV without a target", "data: {source: {csv: a.csv}}\n",
            "e.yaml:1:16: data.source: the key \"target\" is missing for csv"),
        .init(
            "a CSV without a task", "data: {source: {csv: a.csv, target: y}}\n",
            "e.yaml:1:16: data.source: say what to learn: task: classification, or task: regression"),
        .init(
            "a shape of two sizes", "data: {source: {csv: a.csv, target: y, shape: [8, 8], task: regression}}\n",
            "e.yaml:1:47: data.source.shape: must be [features] or [channels, height, width]"),
        .init(
            "a split without training", "data: {source: digits, split: {validation: 0.5, test: 0.5}}\n",
            "e.yaml:1:55: data.split.test: validation (0.5) and test (0.5) leave nothing to train on"),
        .init(
            "a split of nothing", "data: {source: digits, split: {test: 0}}\n",
            "e.yaml:1:38: "
                + "data.split.test: must be a share above 0 and below 1, or a count of samples, but is \"0\""),
        .init(
            "a stratified regression", "data: {source: housing, split: {stratified: true}}\n",
            "e.yaml:1:45: data.split.stratified: a regression has no classes to stratify by"),
        .init(
            "a scaled class", "data: {source: digits, scale_target: true}\n",
            "e.yaml:1:38: data.scale_target: classes cannot be scaled; only a regression's target can"),
        .init(
            "a scaled target without a scale", "data: {source: housing, scale: none, scale_target: true}\n",
            "e.yaml:1:52: data.scale_target: the target is scaled as the features are, but scale is none"),
        .init(
            "an unknown scale", "data: {source: housing, scale: minmax}\n",
            "e.yaml:1:32: data.scale: unknown scale \"minmax\" (did you mean \"min_max\"?)"),
    ]
}
