import Experiments
import Testing

@Suite struct SearchMistakeTests {
    @Test(arguments: spaces + steps + conditions + points + budgets + values)
    func isRefusedWithOneLine(_ mistake: Mistake) {
        #expect(complaint(classification + mistake.text) == mistake.line)
    }

    static let spaces: [Mistake] = [
        .init(
            "an empty grid", "search: {sampler: grid, parameters: {}}\n",
            "e.yaml:3:37: search.parameters: the search space is empty; leave the key out to train one point"),
        .init(
            "an empty list of values", "search: {sampler: grid, parameters: {model.dropout: {values: []}}}\n",
            "e.yaml:3:62: search.parameters.model.dropout.values: the list of values is empty"),
        .init(
            "a grid over a range", "search: {sampler: grid, parameters: {model.dropout: {min: 0, max: 0.5}}}\n",
            "e.yaml:3:38: search.parameters.model.dropout: a grid needs values, min and max with "
                + "integer: true, or a step"),
        .init(
            "random without parameters", "search: {sampler: random}\n",
            "e.yaml:3:19: search.sampler: random needs parameters to draw"),
        .init(
            "an unknown sampler", "search: {sampler: gp}\n",
            "e.yaml:3:19: search.sampler: unknown sampler \"gp\"; there are: grid, random, sobol, tpe"),
        .init(
            "a value twice", "search: {parameters: {model.dropout: {values: [0.1, 0.1]}}}\n",
            "e.yaml:3:53: search.parameters.model.dropout.values.1: the value 0.1 is given twice"),
        .init(
            "a range upside down", "search: {parameters: {model.dropout: {min: 0.5, max: 0.1}}}\n",
            "e.yaml:3:54: search.parameters.model.dropout.max: max must be above min (0.5)"),
        .init(
            "a log range from zero", "search: {parameters: {model.dropout: {min: 0, max: 0.1, scale: log}}}\n",
            "e.yaml:3:44: search.parameters.model.dropout.min: must be above 0 on a log scale"),
        .init(
            "half a range", "search: {parameters: {model.dropout: {min: 0.5}}}\n",
            "e.yaml:3:23: search.parameters.model.dropout: the key \"max\" is missing for a range"),
        .init(
            "a range and values", "search: {parameters: {model.dropout: {values: [0.1], max: 0.5}}}\n",
            "e.yaml:3:54: search.parameters.model.dropout.max: unknown key \"max\" for a list of values; "
                + "there are: values, when"),
        .init(
            "fractions of integers", "search: {parameters: {train.epochs: {min: 1.5, max: 3, integer: true}}}\n",
            "e.yaml:3:23: search.parameters.train.epochs: train.epochs cannot be searched: "
                + "it is the budget; early stopping finds the best epoch"),
        .init(
            "an integer range of fractions",
            "search: {parameters: {data.batch_size: {min: 1.5, max: 3, integer: true}}}\n",
            "e.yaml:3:46: search.parameters.data.batch_size.min: expected a whole number, found \"1.5\""),
        .init(
            "a single value as parameter", "search: {parameters: {model.dropout: 0.1}}\n",
            "e.yaml:3:23: search.parameters.model.dropout: expected a mapping, found \"0.1\""),
        .init(
            "a seed as parameter", "search: {parameters: {seed: {values: [1, 2]}}}\n",
            "e.yaml:3:23: search.parameters.seed: seed cannot be searched: "
                + "every trial has its own, and search.seeds says how many"),
        .init(
            "a split as parameter", "search: {parameters: {data.split.test: {values: [0.1, 0.2]}}}\n",
            "e.yaml:3:23: search.parameters.data.split.test: data.split cannot be searched: "
                + "trials are compared on the same data"),
        .init(
            "a path with a hole", "search: {parameters: {model..dropout: {values: [0.1]}}}\n",
            "e.yaml:3:23: search.parameters.model..dropout: \"model..dropout\" is no dotted path"),
    ]

    static let steps: [Mistake] = [
        .init(
            "a step on a log scale",
            "search: {parameters: {model.dropout: {min: 0.1, max: 0.5, scale: log, step: 0.1}}}\n",
            "e.yaml:3:77: search.parameters.model.dropout.step: a step needs a linear scale"),
        .init(
            "a step wider than the range", "search: {parameters: {model.dropout: {min: 0, max: 0.5, step: 0.6}}}\n",
            "e.yaml:3:63: search.parameters.model.dropout.step: must be between 5e-10 and 0.5, the width of the range, "
                + "but is 0.6"),
        .init(
            "a step of nothing", "search: {parameters: {model.dropout: {min: 0, max: 0.5, step: 0}}}\n",
            "e.yaml:3:63: search.parameters.model.dropout.step: must be above 0, but is 0"),
        .init(
            "a range beyond counting",
            "search: {parameters: {seed_of: {min: -9223372036854775807, max: 9223372036854775807, integer: true}}}\n",
            "e.yaml:3:65: search.parameters.seed_of.max: the range is too wide"),
    ]

    static let conditions: [Mistake] = [
        .init(
            "a condition on what is not searched",
            "search: {parameters: {optimizer.momentum: {values: [0, 0.9], when: {optimizer.kind: sgd}}}}\n",
            "e.yaml:3:69: search.parameters.optimizer.momentum.when.optimizer.kind: optimizer.kind is not searched "
                + "before this parameter; there is none before it"),
        .init(
            "a condition that never holds",
            "search: {parameters: {optimizer.kind: [adam, sgd], optimizer.momentum: {values: [0, 0.9], "
                + "when: {optimizer.kind: adamw}}}}\n",
            "e.yaml:3:114: search.parameters.optimizer.momentum.when.optimizer.kind: optimizer.kind is never adamw; "
                + "it is one of adam, sgd"),
        .init(
            "a condition on a range",
            "search: {parameters: {model.dropout: {min: 0, max: 0.5}, optimizer.beta1: {values: [0, 0.9], "
                + "when: {model.dropout: 0.1}}}}\n",
            "e.yaml:3:101: search.parameters.optimizer.beta1.when.model.dropout: model.dropout is a range; a condition "
                + "needs a parameter with a list of values"),
        .init(
            "conditions that never hold together",
            "search: {parameters: {optimizer.kind: [adam, sgd], optimizer.momentum: {values: [0, 0.9], "
                + "when: {optimizer.kind: sgd}}, optimizer.beta1: {values: [0.8, 0.9], "
                + "when: {optimizer.momentum: 0.9, optimizer.kind: adam}}}}\n",
            "e.yaml:3:121: search.parameters.optimizer.beta1: never takes part: its conditions cannot hold together"),
        .init(
            "a value that its condition does not allow",
            "search: {parameters: {optimizer.kind: [adam, sgd], optimizer.momentum: {values: [0, 0.9], "
                + "when: {optimizer.kind: adam}}}}\n",
            "e.yaml:3:82: optimizer.momentum: unknown key \"momentum\" for adam; there are: kind, learning_rate, beta1, "
                + "beta2, epsilon, weight_decay, clip_norm, learning_rate_schedule, freeze, layer_rates, "
                + "with optimizer.kind=adam optimizer.momentum=0"),
        .init(
            "a section with the budget", "search: {parameters: {train: [{epochs: 3}, {epochs: 4}]}}\n",
            "e.yaml:3:23: search.parameters.train: value 1: train.epochs cannot be searched: it is the budget; early "
                + "stopping finds the best epoch"),
    ]

    static let points: [Mistake] = [
        .init(
            "a point twice", "search: {points: [{model.dropout: 0.5}, {model.dropout: 0.5}]}\n",
            "e.yaml:3:41: search.points.1: the point is given twice"),
        .init(
            "a point that is no mapping", "search: {points: [0.5]}\n",
            "e.yaml:3:19: search.points.0: expected a mapping from paths to values, found \"0.5\""),
        .init(
            "a point with a bad value", "search: {points: [{model.dropout: 1.5}]}\n",
            "e.yaml:3:19: model.dropout: must be at least 0 and below 1, but is 1.5"),
        .init(
            "a point that is no number", "search: {points: [{model.dropout: .nan}]}\n",
            "e.yaml:3:35: search.points.0.model.dropout: must be a finite number, but is .nan"),
        .init(
            "a point with a seed", "search: {points: [{seed: 5}]}\n",
            "e.yaml:3:20: search.points.0.seed: seed cannot be searched: "
                + "every trial has its own, and search.seeds says how many"),
        .init(
            "more points than trials",
            "search: {trials: 1, points: [{model.dropout: 0.5}, {model.dropout: 0.4}], "
                + "parameters: {model.dropout: {min: 0, max: 0.5}}}\n",
            "e.yaml:3:18: search.trials: 2 points are given, which are 2 trials already"),
    ]

    static let budgets: [Mistake] = [
        .init(
            "trials that are no multiple",
            "search: {trials: 20, seeds: 3, parameters: {model.dropout: {min: 0, max: 0.5}}}\n",
            "e.yaml:3:18: search.trials: 20 trials are not a multiple of 3 seeds; the nearest: 18 or 21"),
        .init(
            "fewer trials than seeds",
            "search: {trials: 2, seeds: 3, parameters: {model.dropout: {min: 0, max: 0.5}}}\n",
            "e.yaml:3:18: search.trials: 2 trials are not a multiple of 3 seeds; the nearest: 3"),
        .init(
            "trials at a grid's end",
            "search: {sampler: grid, trials: 5, seeds: 3, parameters: {model.dropout: {values: [0, 0.5]}}}\n",
            "e.yaml:3:33: search.trials: 5 trials are not a multiple of 3 seeds; the nearest: 3 or 6"),
        .init(
            "more trials than the grid",
            "search: {sampler: grid, trials: 9, seeds: 3, parameters: {model.dropout: {values: [0, 0.5]}}}\n",
            "e.yaml:3:33: search.trials: the grid has only 6 trials (2 points x 3 seeds)"),
        .init(
            "a grid beyond counting",
            "search: {sampler: grid, parameters: {data.batch_size: {min: 1, max: 1000000, integer: true}, "
                + "model.dropout: {values: [0, 0.5]}}}\n",
            "e.yaml:3:37: search.parameters: the grid has 2000000 trials, but a study has at most 1000000: give fewer "
                + "values, or sampler: random and trials"),
    ]

    static let values: [Mistake] = [
        .init(
            "a parameter that is no key", "search: {parameters: {optimizer.learning_rat: {values: [0.1]}}}\n",
            "e.yaml:3:57: optimizer.learning_rat: unknown key \"learning_rat\" for adam "
                + "(did you mean \"learning_rate\"?)"),
        .init(
            "a bad value among good ones", "search: {parameters: {model.dropout: {values: [0.1, 1.5]}}}\n",
            "e.yaml:3:53: model.dropout: must be at least 0 and below 1, but is 1.5"),
        .init(
            "a range with a bad end", "search: {parameters: {model.dropout: {min: 0.1, max: 1.0}}}\n",
            "e.yaml:3:54: model.dropout: must be at least 0 and below 1, but is 1.0"),
        .init(
            "text for a number", "search: {parameters: {optimizer.learning_rate: {values: [0.1, fast]}}}\n",
            "e.yaml:3:63: optimizer.learning_rate: expected a number, found \"fast\""),
        .init(
            "a section as parameter", "search: {parameters: {regularize: {values: [adam]}}}\n",
            "e.yaml:3:45: regularize: expected a mapping, found \"adam\""),
        .init(
            "a key inside a value", "search: {parameters: {model.preset.depth: {values: [1]}}}\n",
            "e.yaml:3:53: model.preset.depth: there is no \"depth\" inside the single value \"mnist_cnn\""),
    ]

    @Test func aLayerBeyondTheLast() {
        let text = """
            data: {source: digits}
            model: {layers: [flatten, {linear: {features: 10}}]}
            search: {parameters: {model.layers.2.dropout: {values: [0.5]}}}
            """
        #expect(
            complaint(text)
                == "e.yaml:3:57: model.layers.2.dropout: \"2\" is no position in a list of 2 (they count from 0)")
    }
}
