import Experiments
import Charts
import Studies
import Foundation
import Search
import Testing

struct ComparisonChartTests {
    private func parsed(_ comparison: Comparison, limit: Int = 24) throws -> ParsedXML {
        try ParsedXML.parse(
            ComparisonChart(title: "Comparison", comparison: comparison, limit: limit).picture(id: "p").file)
    }

    private func comparison(_ values: [[Double?]]) throws -> Comparison {
        try Comparison(usual: SampleStudy.state(values), terms: StudyTerms(SampleStudy.file().experiment))
    }

    /// The axes of both panels.
    private func axes(_ picture: ParsedXML) -> (values: ParsedAxis, differences: ParsedAxis) {
        let ticks = picture.classed("x-tick")
        return (
            ParsedAxis(ticks.filter { $0.number("x") < 615 }, "x"),
            ParsedAxis(ticks.filter { $0.number("x") > 615 }, "x")
        )
    }

    @Test func marksLieWhereTheNumbersAre() throws {
        let comparison = try comparison([[0.90, 0.91, 0.93], [0.95, 0.93, 0.97], [0.80, 0.90, nil]])
        let picture = try parsed(comparison)
        let axes = axes(picture)
        let arms = picture.classed("arm")
        try #require(arms.count == 3)
        for (drawn, arm) in zip(arms, comparison.arms) {
            let estimate = try #require(arm.estimate)
            let seeds = drawn.classed("seed").map { axes.values.value($0.number("cx")) }
            let values = arm.values.sorted { $0.key < $1.key }.map(\.value)
            #expect(seeds.count == values.count && zip(seeds, values).allSatisfy { abs($0 - $1) < 1e-3 })
            let mean = try #require(drawn.classed("mean").first)
            let isSquare = mean.name == "rect"
            #expect(isSquare == (arm.verdict == nil))
            let middle = isSquare ? mean.number("x") + mean.number("width") / 2 : mean.number("cx")
            #expect(abs(axes.values.value(middle) - estimate.mean) < 1e-3)
            if let difference = arm.difference {
                let mark = try #require(drawn.classed("difference").first)
                #expect(abs(axes.differences.value(mark.number("cx")) - difference.mean) < 1e-3)
            }
        }
        let interval = try #require(arms[0].classed("interval").first)
        let expected = try #require(comparison.arms[0].estimate?.interval)
        #expect(abs(axes.values.value(interval.number("x1")) - expected.lower) < 1e-3)
        #expect(abs(axes.values.value(interval.number("x2")) - expected.upper) < 1e-3)
    }

    @Test func wordsHaveTheNumbersAndTheVerdict() throws {
        let picture = try parsed(comparison([[0.90, 0.91, 0.92], [0.95, 0.961, 0.97], [0.95, 0.80, 0.93]]))
        #expect(
            picture.classed("label").map(\.text) == [
                "model.dropout = 0.0", "model.dropout = 0.25", "model.dropout = 0.5",
            ])
        #expect(picture.classed("value").first?.text == "0.910 (0.885 to 0.935), 3 seeds")
        #expect(picture.classed("difference-words").map(\.text) == ["+0.0503", "better", "-0.02", "could be noise"])
        let marks = picture.classed("difference")
        #expect(marks[0].attributes["fill"] != marks[1].attributes["fill"])
    }

    @Test func oneSeedHasNoInterval() throws {
        let picture = try parsed(comparison([[0.90], [0.95]]))
        #expect(picture.classed("interval").isEmpty)
        #expect(picture.classed("note").first?.text.contains("no interval") == true)
        #expect(picture.classed("difference-words").map(\.text) == ["+0.05", "one seed cannot tell"])
    }

    @Test(arguments: [[], [[nil, nil], [nil]]] as [[[Double?]]])
    func withoutValuesAWordSaysSo(_ values: [[Double?]]) throws {
        let picture = try parsed(comparison(values))
        #expect(picture.classed("note").map(\.text) == ["no trial has given a validation_loss yet"])
    }

    @Test func manyPointsAreTheBest() throws {
        let comparison = try comparison((0..<30).map { [0.5 + 0.01 * Double($0)] })
        let picture = try parsed(comparison, limit: 4)
        #expect(
            picture.classed("label").map(\.text) == [0, 1, 2, 3].map { "model.dropout = \(Double($0) / 4)" })
        #expect(picture.classed("note").last?.text == "drawn: the baseline and the 3 best of 29 other points")
    }

    @Test func twoSeedsDoNotPushThePointsTogether() throws {
        let picture = try parsed(comparison([[0.90, 0.901], [0.90, 0.95]]))
        let places = picture.classed("seed").map { $0.number("cx") }
        let width = (places.max() ?? 0) - (places.min() ?? 0)
        #expect(width > 60, "\(width)")
    }
}
