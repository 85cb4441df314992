import Experiments
import Testing

/// What the settings of a trial are called where there is little room.
@Suite struct SettingLabelTests {
    private func labels(_ search: String) throws -> (SettingLabels, SearchDescription) {
        let text = "data: {source: digits}\nmodel: {preset: mlp}\nsearch: {\(search)}\n"
        let description = try read(text).experiment.search
        return (SettingLabels(description), description)
    }

    @Test func longValuesAreNumbered() throws {
        let (labels, search) = try labels(
            "parameters: {model.hidden: [[32], [64, 32]], data.augment: {values: [none, "
                + "[{kind: rotation, degrees: 10}, random_crop], [random_crop, "
                + "{kind: rotation, degrees: 10}]]}}, points: [{optimizer: {kind: sgd, learning_rate: 0.1, momentum: 0.9}}]"
        )
        let points = (0..<6).map { labels.shortText(search.space.point(at: $0).elements) }
        #expect(
            points == [
                "hidden = [32], augment = none", "hidden = [32], augment 2", "hidden = [32], augment 3",
                "hidden = [64, 32], augment = none", "hidden = [64, 32], augment 2", "hidden = [64, 32], augment 3",
            ])
        #expect(labels.shortText(search.given[0].elements) == "optimizer 1")
        #expect(labels.isNumbered(search.given[0].elements))
        #expect(
            labels.text(search.given[0].elements) == "optimizer = {kind: sgd, learning_rate: 0.1, momentum: 0.9}")
    }

    @Test func wordsThatTwoPathsHaveAreWrittenOut() throws {
        let (labels, search) = try labels(
            "trials: 4, parameters: {optimizer.learning_rate: {min: 0.001, max: 0.1}, loss.kind: [cross_entropy, focal], "
                + "optimizer.kind: [adam, sgd]}")
        let point = Assignment([
            .init(path: "optimizer.learning_rate", value: .double(0.004376123882148072)),
            .init(path: "loss.kind", value: .string("focal")), .init(path: "optimizer.kind", value: .string("sgd")),
        ])
        #expect(
            labels.shortText(point.elements)
                == "learning_rate = 0.004376, loss.kind = focal, optimizer.kind = sgd")
        #expect(labels.shortText([]) == "the experiment as it stands")
        #expect(search.trials == 4)
    }
}
