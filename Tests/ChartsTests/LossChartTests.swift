import Charts
import Experiments
import Studies
import Foundation
import TestSupport
import Testing

struct LossChartTests {
    private func parsed(_ runs: [LossRun], title: String = "Losses") throws -> ParsedXML {
        try ParsedXML.parse(LossChart(title: title, runs: runs).picture(id: "p").file)
    }

    /// What a polyline's points are in the axes' own numbers.
    private func values(
        of line: ParsedXML, in picture: ParsedXML, isLogarithmic: Bool = false
    ) -> [(epoch: Double, value: Double)] {
        let x = ParsedAxis(picture.classed("x-tick"), "x")
        let y = ParsedAxis(picture.classed("y-tick"), "y", offset: -4) { isLogarithmic ? log10($0) : $0 }
        return line.points.map { (x.value($0.x), isLogarithmic ? pow(10, y.value($0.y)) : y.value($0.y)) }
    }

    @Test(arguments: SeededCases(50))
    func linesLieWhereTheDataAre(_ testCase: SeededCase) throws {
        var random = testCase.random
        let epochs = Int.random(in: 2...40, using: &random)
        let isLogarithmic = Bool.random(using: &random)
        let training = (0..<epochs).map { _ in
            isLogarithmic
                ? pow(10, Double.random(in: -3...1, using: &random)) : Double.random(in: 0.5...3, using: &random)
        }
        // Both ends of the range, so that the axis is of the kind that is meant.
        let validation = [isLogarithmic ? 0.001 : 0.5, isLogarithmic ? 10 : 3] + training.dropFirst(2)
        let picture = try parsed([LossRun(training: training, validation: validation, selectedEpoch: nil)])
        #expect(picture.named("text").contains { $0.text == (isLogarithmic ? "loss (logarithmic)" : "loss") })
        for (name, data) in [("training", training), ("validation", validation)] {
            let lines = picture.classed(name, "main")
            try #require(lines.count == 1, "\(testCase)")
            let found = values(of: lines[0], in: picture, isLogarithmic: isLogarithmic)
            try #require(found.count == epochs, "\(testCase)")
            for (index, point) in found.enumerated() {
                #expect(abs(point.epoch - Double(index + 1)) < 0.02, "\(testCase)")
                let error = isLogarithmic ? point.value / data[index] - 1 : (point.value - data[index]) / 3
                #expect(abs(error) < 0.005, "\(testCase): \(point.value), not \(data[index])")
            }
        }
    }

    @Test func selectionStopAndPatienceAreDrawn() throws {
        let validation = (1...20).map { 1 + abs(Double($0) - 12) / 10 }
        let run = LossRun(
            training: (1...20).map { 2 / Double($0) }, validation: validation, selectedEpoch: 12,
            stop: .init(epoch: 17, patience: 5))
        let picture = try parsed([run])
        let x = ParsedAxis(picture.classed("x-tick"), "x")
        let selected = try #require(picture.classed("selected").first)
        let stop = try #require(picture.classed("stop").first)
        let shade = try #require(picture.classed("patience").first)
        #expect(abs(x.value(selected.number("x1")) - 12) < 0.02)
        #expect(abs(x.value(stop.number("x1")) - 17) < 0.02)
        #expect(abs(x.value(shade.number("x")) - 12) < 0.02)
        #expect(abs(x.value(shade.number("x") + shade.number("width")) - 17) < 0.02)
        #expect(selected.attributes["stroke-dasharray"] != stop.attributes["stroke-dasharray"])
        #expect(picture.classed("selected-words").map(\.text) == ["selected: epoch 12"])
        #expect(picture.classed("stop-words").map(\.text) == ["stopped early: epoch 17 (shaded: 5 waited)"])
        // Told apart without colour.
        let dashes = ["training", "validation"].map {
            picture.classed($0, "main").first?.attributes["stroke-dasharray"]
        }
        #expect(dashes[0] != dashes[1])
    }

    @Test func theLegendHasTheLastValues() throws {
        let picture = try parsed([LossRun(training: [2, 1.25], validation: [2, 1.125], selectedEpoch: 2)])
        #expect(picture.classed("training-end").map(\.text) == ["last 1.25"])
        #expect(picture.classed("validation-end").map(\.text) == ["last 1.125"])
    }

    @Test func seedsAreThinAndTheirMeanIsThickWhereAllAreThere() throws {
        let runs = [
            LossRun(training: [4, 3, 2], validation: [4, 2, 3], selectedEpoch: 2, stop: .init(epoch: 3, patience: 1)),
            LossRun(training: [2, 1], validation: [6, 4], selectedEpoch: 2),
        ]
        let picture = try parsed(runs)
        #expect(picture.classed("training", "seed").map { $0.points.count } == [3, 2])
        let mean = try #require(picture.classed("validation", "main").first)
        let found = values(of: mean, in: picture)
        #expect(found.map { ($0.value * 10).rounded() / 10 } == [5, 3])
        #expect(mean.number("stroke-width") > picture.classed("validation", "seed")[0].number("stroke-width"))
        #expect(picture.classed("selected").count == 2 && picture.classed("stop").count == 1)
        let note = try #require(picture.classed("note").first?.text)
        #expect(note.contains("each of 2 seeds") && note.contains("up to epoch 2"))
    }

    @Test func nanBreaksTheLineAndIsSaid() throws {
        let nan = Double.nan
        let run = LossRun(training: [2, 1, nan, 1, 0.5], validation: [2, nan, .infinity, 1, 2], selectedEpoch: 1)
        let picture = try parsed([run])
        let training = picture.classed("training", "main")
        #expect(training.map(\.name) == ["polyline", "polyline"])
        #expect(picture.classed("validation", "main").map(\.name) == ["circle", "polyline"])
        #expect(
            picture.classed("note").map(\.text) == [
                "gaps: not a finite number (training loss first in epoch 3, validation loss first in epoch 2)"
            ])
    }

    @Test func whereNothingIsToBeSeenAWordSaysSo() throws {
        let nan = Double.nan
        let cases: [([LossRun], String)] = [
            ([], "no epoch has been finished yet"),
            ([LossRun(training: [], validation: [], selectedEpoch: nil)], "no epoch has been finished yet"),
            ([LossRun(training: [nan], validation: [nan], selectedEpoch: nil)], "no finite loss in 1 epoch"),
        ]
        for (runs, words) in cases {
            let picture = try parsed(runs)
            #expect(picture.classed("note").map(\.text) == [words])
            #expect(picture.named("desc").first?.text.contains(words) == true)
        }
    }

    @Test func oneEpochIsAPoint() throws {
        let picture = try parsed([LossRun(training: [2], validation: [2], selectedEpoch: 1)])
        #expect(picture.classed("training", "main").map(\.name) == ["rect"])
        #expect(picture.classed("x-tick").map(\.text) == ["1"])
    }

    @Test(arguments: [[1e300, -1e300], [1e-300, 1], [0, 0], [5, 5, 5], [1e12, 1e12 + 1]] as [[Double]])
    func extremeLossesHaveAPicture(_ values: [Double]) throws {
        let picture = try parsed([LossRun(training: values, validation: values, selectedEpoch: 1)])
        #expect(picture.classed("training", "main").first?.points.count == values.count)
    }

    @Test func itHasWordsForThoseWhoDoNotSeeIt() throws {
        let picture = try parsed(
            [LossRun(training: [2, 1], validation: [3, 2.5], selectedEpoch: 2)], title: "Losses <of> a & b")
        let title = try #require(picture.named("title").first)
        let description = try #require(picture.named("desc").first)
        #expect(picture.attributes["role"] == "img")
        #expect(
            picture.attributes["aria-labelledby"]
                == "\(title.attributes["id"] ?? "?") \(description.attributes["id"] ?? "?")")
        #expect(title.text == "Losses <of> a & b")
        #expect(
            description.text == """
                Loss over 2 epochs, one run. Training loss goes from 2 to 1 in epoch 2. Validation loss goes from 3 to \
                2.5 in epoch 2. Epoch 2 is selected.
                """)
    }

    @Test func aTrialsStopIsReadFromItsOutcome() throws {
        let state = try SampleStudy.state()
        let train = try SampleStudy.file().experiment.train
        let runs = state.trials.map { LossRun($0, train: train) }
        #expect(runs[0].stop == .init(epoch: 5, patience: 2) && runs[0].selectedEpoch == 3)
        #expect(runs[0].validation == state.trials[0].history.map { $0.metrics["validation_loss"] })
        #expect(runs[5].stop == nil && runs[5].epochs == 1)
    }
}
