import Charts
import Experiments
import Studies
import Foundation
import TestSupport
import Testing

/// Pages of studies that are too large to be shown whole.
struct LongReportTests {
    private func report(_ state: StudyState) throws -> Report {
        let file = try SampleStudy.file()
        return Report(
            name: "sample", experiment: SampleStudy.text, resolved: file.resolvedYAML(),
            train: file.experiment.train,
            terms: StudyTerms(file.experiment), state: state)
    }

    private func parsed(_ report: Report) throws -> ParsedXML {
        try ParsedXML.parse(String(report.page.dropFirst("<!DOCTYPE html>\n".count)))
    }

    private func element(_ id: String, _ page: ParsedXML) throws -> ParsedXML {
        try #require(page.all.first { $0.attributes["id"] == id }, "\(id)")
    }

    /// So many points with one seed each; the last one is the best.
    private func state(points: Int) throws -> StudyState {
        try SampleStudy.state((0..<points).map { [0.5 + 0.4 * Double($0) / Double(points)] })
    }

    @Test func theBestHundredAreShownAndTheDataHoldAll() throws {
        let page = try parsed(report(try state(points: 150)))
        for (table, leftOut, noun) in [("trials", "trials-left-out", "trials"), ("arms", "arms-left-out", "points")] {
            #expect(try element(table, page).named("tbody").first?.children.count == 100)
            #expect(try element(leftOut, page).text.contains("50 further \(noun)"))
        }
        #expect(page.all.contains { $0.text.contains("The best 100 of 150 trials.") })
        // The validation loss grows with the number, the test accuracy as well.
        let shown = try element("trials", page).named("tbody").first?.children.compactMap { $0.children.first?.text }
        #expect(shown == ["★ 0"] + (1..<100).map { "\($0)" })
        let trials = try element("data-trials", page).text.split(separator: "\n")
        #expect(
            trials.first == """
                trial_id,state_name,point,replicate,seed,param.model.dropout,epochs,best_epoch,best_value,test_accuracy,\
                test_loss,elapsed_s,error
                """)
        #expect(trials.dropFirst().map { Int($0.prefix { $0 != "," }) } == (0..<150).map { $0 })
        let points = try element("data-points", page).text.split(separator: "\n")
        #expect(points.dropFirst().map { Int($0.prefix { $0 != "," }) } == (0..<150).map { $0 })
    }

    /// Python's csv module reads the data, and finds what the study's file has.
    @Test func theDataAreThoseOfTheStudyFile() throws {
        let folder = try TemporaryDirectory()
        let state = try SampleStudy.state([[0.9, 0.91], [0.95, .nan, nil]])
        let page = try parsed(report(state))
        let path = try folder.write(try element("data-trials", page).text, to: "trials.csv")
        let printed = try Python.run(
            """
            import csv, sys
            for row in csv.DictReader(open(sys.argv[1], newline="")):
                print(row["trial_id"], row["state_name"], row["point"], row["replicate"], row["param.model.dropout"],
                      row["best_epoch"], row["best_value"], row["test_accuracy"], repr(row["error"]))
            """, arguments: [path])
        #expect(
            printed == """
                0 completed 0 0 0.0 3 0.5 0.9 ''
                1 completed 0 1 0.0 3 0.51 0.91 ''
                2 completed 1 0 0.25 3 0.52 0.95 ''
                3 failed 1 1 0.25 3 0.53  'the loss is <NaN> in epoch 5'
                4 running 1 2 0.25 1 2.29  ''

                """)
    }

    @Test func manyErrorsAreCounted() throws {
        let page = try parsed(report(try SampleStudy.state((0..<50).map { _ in [.nan] })))
        let errors = try element("errors", page).named("li").map(\.text)
        #expect(errors.count == 21 && errors.last?.hasPrefix("and 30 further trials") == true)
    }

    @Test func theHundredBestPointsHaveCurves() throws {
        let report = try report(try state(points: 150))
        let names = report.figures.map(\.name).filter { $0.hasPrefix("losses-") }
        #expect(names == (0..<100).map { "losses-\($0)" })
        #expect(report.pointsWithoutFigure == 50)
    }

    /// Processor time of a page, beside that of a study four times as large.
    @Test func costGrowsWithTheStudyAndNotWithItsSquare() throws {
        func cost(points: Int) throws -> Duration {
            let state = try state(points: points)
            return try (0..<3).map { _ in
                try ProcessorClock.measure {
                    let page = try report(state).page
                    #expect(page.hasSuffix("</html>\n"))
                }
            }.min() ?? .zero
        }
        let (small, large) = (try cost(points: 1500), try cost(points: 6000))
        print("a page of 1,500 points: \(small), of 6,000: \(large)")
        #expect(large < small * 8, "\(large), and \(small) for a quarter of the points")
    }

    // MARK: Classes

    private func state(of matrix: ConfusionMatrix) throws -> StudyState {
        var state = StudyState()
        for record in SampleStudy.records([[0.9]]) {
            var record = record
            if case .trialFinished(var body) = record {
                body.outcome.confusion = ["test": matrix]
                record = .trialFinished(body)
            }
            try state.apply(record)
        }
        return state
    }

    @Test func ofManyClassesTheWorstAreShown() throws {
        // Class 7 is taken for class 9 five times; every other one for its neighbour, once.
        let classes = 1000
        var cells: [ConfusionMatrix.Cell] = []
        for index in 0..<classes {
            let other = index == 7 ? 9 : (index + 1) % classes
            cells.append(.init(expected: index, predicted: index, count: 8))
            cells.append(.init(expected: index, predicted: other, count: index == 7 ? 5 : 1))
        }
        let matrix = try #require(ConfusionMatrix(classes: (0..<classes).map { "class \($0)" }, cells: cells))
        let report = try report(try state(of: matrix))
        let page = try parsed(report)
        let pairs = try element("confusions-test", page).named("tr").map { row in
            row.all.map { $0.text }.filter { !$0.isEmpty }
        }
        #expect(pairs.count == 21 && pairs[1] == ["class 7", "class 9", "5", "13"])
        #expect(try element("classes-test", page).named("tbody").first?.children.count == 20)
        #expect(
            try element("classes-test", page).named("tbody").first?.children.first?.named("span").first?.text
                == "class 9")
        #expect(
            try element("confusion-test-left-out", page).text == """
                Of 1000 classes the page lists the 20 most frequent of 1000 confusions and the 20 classes with the lowest \
                F1; study.h5 has the whole matrix (/confusion/test).
                """)
        #expect(page.classed("cell").isEmpty && !report.figures.contains { $0.name.hasPrefix("confusion") })
        #expect(report.page.utf8.count < 200_000, "\(report.page.utf8.count) bytes")
    }
}
