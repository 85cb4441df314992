import Experiments
import TestSupport
import Testing

/// Which points a space has: steps, conditions, whole sections as values.
@Suite struct SearchSpaceTests {
    private func space(_ parameters: String) throws -> SearchSpace {
        try read(classification + "search: {sampler: grid, parameters: {\(parameters)}}\n").experiment.search.space
    }

    private func points(_ parameters: String) throws -> [String] {
        let space = try space(parameters)
        return try (0..<#require(space.count)).map { space.point(at: $0).description }
    }

    @Test func aConditionalParameterTakesPartWhereItsConditionHolds() throws {
        let parameters = """
            model.dropout: [0, 0.5], optimizer.kind: [adam, sgd],
            optimizer.momentum: {values: [0, 0.9], when: {optimizer.kind: sgd}}
            """
        #expect(
            try points(parameters)
                == [0.0, 0.5].flatMap { dropout in
                    ["adam", "sgd optimizer.momentum=0", "sgd optimizer.momentum=0.9"].map {
                        "model.dropout=\(dropout == 0 ? "0" : "0.5") optimizer.kind=\($0)"
                    }
                })
    }

    @Test func conditionsHaveSeveralValuesAndDependOnEachOther() throws {
        let parameters = """
            optimizer.kind: [sgd, adam, adamw], optimizer.beta1: {values: [0.8, 0.9], when: {optimizer.kind: [adam, adamw]}},
            optimizer.weight_decay: {values: [0.1, 0.2], when: {optimizer.beta1: 0.8, optimizer.kind: adamw}}
            """
        #expect(
            try points(parameters) == [
                "optimizer.kind=sgd", "optimizer.kind=adam optimizer.beta1=0.8",
                "optimizer.kind=adam optimizer.beta1=0.9",
                "optimizer.kind=adamw optimizer.beta1=0.8 optimizer.weight_decay=0.1",
                "optimizer.kind=adamw optimizer.beta1=0.8 optimizer.weight_decay=0.2",
                "optimizer.kind=adamw optimizer.beta1=0.9",
            ])
    }

    @Test func aStepCountsInDecimals() throws {
        #expect(
            try points("model.dropout: {min: 0.1, max: 0.55, step: 0.1}")
                == ["0.1", "0.2", "0.3", "0.4", "0.5"].map { "model.dropout=\($0)" })
        #expect(
            try points("data.batch_size: {min: 16, max: 70, step: 16, integer: true}")
                == ["16", "32", "48", "64"].map { "data.batch_size=\($0)" })
        #expect(try points("model.dropout: {min: 0, max: 0.3, step: 0.1}").last == "model.dropout=0.3")
    }

    @Test func listsAndMappingsAreValues() throws {
        let text = """
            data: {source: digits}
            model: {preset: mlp}
            search:
              parameters:
                model.hidden: [[32], [64, 32]]
                data.augment: {values: [none, [{kind: rotation, degrees: 10}]]}
                optimizer.learning_rate_schedule: [none, {kind: cosine, warmup: 1}]
            """
        let file = try read(text)
        let space = file.experiment.search.space
        #expect(space.count == 8)
        let last = space.point(at: 7)
        #expect(
            last.description == "model.hidden=[64, 32] data.augment=[{kind: rotation, degrees: 10}] "
                + "optimizer.learning_rate_schedule={kind: cosine, warmup: 1}")
        // The file that a study keeps says the same.
        let again = try read(file.resolvedYAML())
        #expect(again.experiment.search == file.experiment.search)
        #expect(try again.experiment(assigning: last) == file.experiment(assigning: last))
        #expect(try file.experiment(assigning: last) != file.experiment(assigning: space.point(at: 0)))
    }

    @Test func valuesAreTheSameHoweverTheyAreWritten() throws {
        #expect(
            complaint(
                "data: {source: digits}\nmodel: {preset: mlp}\nsearch: {parameters: {optimizer: ["
                    + "{kind: sgd, momentum: 1.0e-1}, {momentum: 0.1, kind: sgd}]}}\n")
                == "e.yaml:3:66: search.parameters.optimizer.1: the value {momentum: 0.1, kind: sgd} is given twice")
    }

    /// Counting, and the point of each number, are those of the plain enumeration of all combinations.
    @Test(arguments: SeededCases(50))
    func countsWhatItLists(_ testCase: SeededCase) throws {
        var random = testCase.random
        var parameters: [SearchParameter] = []
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let domain = ParameterDomain.values((0..<Int.random(in: 1...3, using: &random)).map { .int($0) })
            var conditions: [SearchParameter.Condition] = []
            for parent in parameters where Int.random(in: 0..<4, using: &random) == 0 {
                let values = parent.domain.samples.filter { _ in Bool.random(using: &random) }
                if !values.isEmpty { conditions.append(.init(path: parent.path, values: values)) }
            }
            parameters.append(.init(path: "p\(number)", domain: domain, conditions: conditions))
        }
        let space = SearchSpace(parameters)
        var all: [Assignment] = [[]]
        for parameter in parameters {
            all = all.flatMap { point in
                space.takesPart(parameter, in: point.elements)
                    ? parameter.domain.samples.map {
                        Assignment(point.elements + [.init(path: parameter.path, value: $0)])
                    } : [point]
            }
        }
        #expect(space.count == all.count, "\(testCase)")
        #expect(all.indices.map(space.point(at:)) == all, "\(testCase)")
        #expect(all.allSatisfy(space.contains))
        #expect(!space.contains(Assignment(all[0].elements + [.init(path: "q", value: .int(0))])))
    }

    @Test func pointsThatAreGivenCountOnce() throws {
        let text =
            classification + """
                search:
                  parameters: {model.dropout: [0, 0.5]}
                  points: [{model.dropout: 0.5}, {model.dropout: 0.25}, {optimizer: {kind: sgd, momentum: 0.5}}]
                """
        let search = try read(text).experiment.search
        #expect(search.sampler == .grid && search.trials == 4 && search.given.count == 3)
        #expect(try read(read(text).resolvedYAML()).experiment.search == search)
        let alone = try read(classification + "search: {points: [{model.dropout: 0.5}, {model.dropout: 0.25}]}\n")
        #expect(alone.experiment.search.trials == 2)
    }

    @Test func wholeNumbersAreExact() throws {
        let text =
            classification.replacing("model: {", with: "seed: 1\nmodel: {") + """
                search: {sampler: random, trials: 5, parameters: {data.batch_size: {min: 9007199254740993, max: 9007199254741993, integer: true}}}
                """
        let domain = try SearchSpaceTests.domain(text)
        #expect(domain == .integer(minimum: 9_007_199_254_740_993, maximum: 9_007_199_254_741_993, scale: .linear))
        #expect(domain.value(at: 2) == .int(9_007_199_254_740_995))
        #expect(domain.index(of: .int(9_007_199_254_740_996)) == 3)
        #expect(ParameterValue.int(9_007_199_254_740_993).exactNumber == nil)
        #expect(!ParameterValue.int(9_007_199_254_740_993).isSame(as: .int(9_007_199_254_740_992)))
    }

    /// A program's argument has no bounds of its own.
    private static func domain(_ text: String) throws -> ParameterDomain {
        let program =
            "program: {command: [train, \"${args}\"]}\nselect: {monitor: loss, goal: minimize}\n"
            + text.split(separator: "\n").filter { $0.hasPrefix("search") }.joined(separator: "\n") + "\n"
        return try #require(try read(program).experiment.search.parameters.first).domain
    }
}
