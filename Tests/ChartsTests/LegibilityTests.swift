import Charts
import Experiments
import Studies
import Foundation
import Search
import TestSupport
import Testing

/// What a person meets in a picture or on a page: names that are told apart, words that no line crosses, a dark page.
struct LegibilityTests {
    // MARK: Names

    /// A study of points with these settings, one seed each.
    private func comparison(_ assignments: [Assignment]) throws -> Comparison {
        var state = StudyState()
        for (number, assignment) in assignments.enumerated() {
            for record in SampleStudy.records([[0.5 + 0.01 * Double(number)]]).dropFirst(2) {
                try state.apply(record.of(trial: number, assignment))
            }
        }
        return try Comparison(usual: state, terms: StudyTerms(SampleStudy.file().experiment))
    }

    private func labels(_ comparison: Comparison) throws -> [String] {
        let picture = ComparisonChart(title: "Comparison", comparison: comparison).picture(id: "p")
        return try ParsedXML.parse(picture.file).classed("arm").map { arm in
            arm.classed("label").map(\.text).joined(separator: "\n")
        }
    }

    @Test func labelsOfManySettingsDiffer() throws {
        let long = "a_rather_long_value_that_many_points_share"
        let assignments = (0..<12).map { point -> Assignment in
            [
                .init(path: "optimizer.learning_rate_schedule.kind", value: .string("\(long)_\(point % 2)")),
                .init(path: "data.csv", value: .string("/data/\(long)/\(long)/\(long)/part-\(point / 2).csv")),
                .init(path: "model.dropout", value: .double(Double(point) / 100)),
            ]
        }
        let labels = try labels(comparison(assignments))
        #expect(labels.count == 12 && Set(labels).count == 12, "\(labels)")
    }

    /// Four digits are not enough to tell these apart.
    @Test func labelsOfCloseValuesDiffer() throws {
        let labels = try labels(
            comparison((0..<3).map { [.init(path: "model.dropout", value: .double(0.1 + 1e-7 * Double($0)))] }))
        #expect(Set(labels).count == 3, "\(labels)")
    }

    @Test func endlessLabelsBeginWithThePoint() throws {
        let assignments = (0..<3).map { point -> Assignment in
            .init(
                (0..<60).map { .init(path: "model.layers.\($0).linear.features", value: .int(100 + $0 * (point + 1))) })
        }
        let labels = try labels(comparison(assignments))
        #expect(labels.map { $0.prefix(8) } == ["point 0:", "point 1:", "point 2:"])
    }

    @Test func namesOfClassesDiffer() throws {
        let stem = String(repeating: "golden retriever ", count: 4)
        let names = [
            stem + "puppy", stem + "adult", "short", stem + "puppy" + stem, stem + "x" + stem, stem + "y" + stem,
        ]
        let counts = (0..<names.count * names.count).map { $0 % 5 }
        let picture = ConfusionChart(title: "c", matrix: ConfusionMatrix(classes: names, counts: counts)).picture(
            id: "p")
        let root = try ParsedXML.parse(picture.file)
        for kind in ["true-class", "predicted-class"] {
            let shown = root.classed(kind).map(\.text)
            #expect(shown.count == names.count && Set(shown).count == names.count, "\(shown)")
        }
    }

    // MARK: Words and lines

    private struct Box {
        var left: Double
        var right: Double
        var top: Double
        var bottom: Double
    }

    /// Where an upright text stands, with a letter's mean width.
    private func box(_ text: ParsedXML) -> Box? {
        guard text.attributes["transform"] == nil else { return nil }
        let size = text.attributes["font-size"].flatMap(Double.init) ?? 13
        let width = 0.55 * size * Double(text.text.count)
        let x = text.number("x")
        let left = text.attributes["text-anchor"] == "middle" ? x - width / 2 : x
        let start = text.attributes["text-anchor"] == "end" ? x - width : left
        return Box(left: start, right: start + width, top: text.number("y") - 0.7 * size, bottom: text.number("y"))
    }

    /// All texts that a line, an interval or a curve goes through.
    private func crossed(_ picture: Picture) throws -> [String] {
        let root = try ParsedXML.parse(picture.file)
        let lines =
            root.named("line").map { [($0.number("x1"), $0.number("y1")), ($0.number("x2"), $0.number("y2"))] }
            + root.named("polyline").map { $0.points.map { ($0.x, $0.y) } }
        return root.named("text").filter { text in
            guard let box = box(text) else { return false }
            return lines.contains { line in
                zip(line, line.dropFirst()).contains { start, end in
                    (0...200).contains { step in
                        let part = Double(step) / 200
                        let x = start.0 + part * (end.0 - start.0)
                        let y = start.1 + part * (end.1 - start.1)
                        return (box.left...box.right).contains(x) && (box.top...box.bottom).contains(y)
                    }
                }
            }
        }.map(\.text)
    }

    @Test(arguments: [Canvas.wide, .narrow])
    func noLineGoesThroughTheWordsOfAComparison(_ canvas: Canvas) throws {
        for values in [
            [[0.90, 0.91, 0.93], [0.95, 0.93, 0.97], [0.80, 0.90, nil], [0.9, 0.9, 0.9]], [[0.9], [0.5]],
            [[0.2, 0.9], [0.9, 0.1], [0.9, 0.91]],
        ] as [[[Double?]]] {
            let comparison = try Comparison(
                usual: SampleStudy.state(values), terms: StudyTerms(SampleStudy.file().experiment))
            let picture = ComparisonChart(title: "Comparison", comparison: comparison, canvas: canvas).picture(id: "p")
            #expect(try crossed(picture) == [])
        }
    }

    @Test(arguments: SeededCases(300))
    func noLineGoesThroughTheWordsOfLosses(_ testCase: SeededCase) throws {
        var random = testCase.random
        let epochs = Int.random(in: 1...40, using: &random)
        let losses = (0..<epochs).map { _ in Double.random(in: 0...3, using: &random) }
        let stop = LossRun.Stop(
            epoch: Int.random(in: 1...epochs, using: &random), isOnlyNoted: Bool.random(using: &random),
            patience: Bool.random(using: &random) ? 1 : nil)
        let run = LossRun(
            training: losses, validation: losses.reversed(), selectedEpoch: Int.random(in: 1...epochs, using: &random),
            stop: Bool.random(using: &random) ? stop : nil)
        for canvas in [Canvas.wide, .narrow] {
            let crossed = try crossed(LossChart(title: "Losses", runs: [run], canvas: canvas).picture(id: "p"))
            #expect(crossed == [], "\(canvas), \(testCase)")
        }
    }

    @Test(arguments: SeededCases(100))
    func noLineGoesThroughTheWordsOfAReliabilityDiagram(_ testCase: SeededCase) throws {
        var random = testCase.random
        let bins = (0..<15).map { index -> Reliability.Bin in
            let count = Bool.random(using: &random) ? 0 : Int.random(in: 1...200_000, using: &random)
            let edges = Double(index) / 15...Double(index + 1) / 15
            return .init(
                count: count, right: Int.random(in: 0...count, using: &random),
                confidence: Double(count) * Double.random(in: edges, using: &random))
        }
        for canvas in [Canvas.wide, .narrow] {
            let reliability = Reliability(bins: bins, calibrated: .init(temperature: 1.234, error: 0.01234))
            let chart = ReliabilityChart(title: "Reliability", reliability: reliability, canvas: canvas)
            #expect(try crossed(chart.picture(id: "p")) == [], "\(canvas), \(testCase)")
        }
    }

    /// Nothing of a narrow picture lies outside it: all words are read without moving the page.
    @Test func narrowPicturesFitAPhone() throws {
        let file = try SampleStudy.file()
        let report = Report(
            name: "sample", experiment: SampleStudy.text, resolved: file.resolvedYAML(), train: file.experiment.train,
            terms: StudyTerms(file.experiment), state: try SampleStudy.state())
        let root = try ParsedXML.parse(String(report.page.dropFirst("<!DOCTYPE html>\n".count)))
        let narrow = root.classed("on-narrow").flatMap { $0.named("svg") }
        #expect(narrow.count == 7)
        for picture in narrow {
            #expect(picture.number("width") <= 352)
            for text in picture.named("text") {
                guard let box = box(text) else { continue }
                #expect(box.left >= 0 && box.right <= picture.number("width"), "\(text.text)")
                #expect(box.bottom <= picture.number("height"), "\(text.text)")
                #expect((text.attributes["font-size"].flatMap(Double.init) ?? 13) >= 10, "\(text.text)")
            }
        }
    }

    // MARK: The page

    /// Whatever has a colour in a picture has another one on a dark page.
    @Test func everyColourHasADarkOne() throws {
        let file = try SampleStudy.file()
        let report = Report(
            name: "sample", experiment: SampleStudy.text, resolved: file.resolvedYAML(), train: file.experiment.train,
            terms: StudyTerms(file.experiment), state: try SampleStudy.state())
        let page = report.page
        let dark = try #require(page.range(of: "@media screen and (prefers-color-scheme: dark) {\n  svg"))
        let rules = page[dark.lowerBound...]
        let root = try ParsedXML.parse(String(page.dropFirst("<!DOCTYPE html>\n".count)))
        var seen: Set<String> = []
        for element in root.named("svg").flatMap(\.all) {
            let classes = (element.attributes["class"] ?? "").split(separator: " ").map(String.init)
            for (attribute, property) in [("fill", "fill"), ("stroke", "stroke")] {
                guard let colour = element.attributes[attribute], colour.hasPrefix("#") else { continue }
                let isDark = classes.contains { rules.contains("svg .\($0) { \(property): #") }
                #expect(isDark, "\(element.name) \(classes): \(attribute) \(colour)")
                seen.formUnion(classes)
            }
        }
        #expect(seen.contains("shade-0") && seen.contains { $0.hasPrefix("on-shade-") })
    }

    @Test func aDarkMatrixIsReadable() {
        let luminances = (0...32).map { ShadeRamp.darkShade(Double($0) / 32) }
        for shade in luminances {
            let ink = shade.ink == "#000000" ? 0.0 : 1.0
            // WCAG 2.2, 1.4.3: 4.5 to 1.
            #expect((max(ink, shade.luminance) + 0.05) / (min(ink, shade.luminance) + 0.05) >= 4.5, "\(shade.hex)")
        }
        // Nothing is nearly black, and all of a class is the lightest.
        #expect(ShadeRamp.darkShade(0).luminance < 0.02)
        #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0.luminance < $1.luminance })
    }

    @Test func columnsWithoutRoomAreNamed() throws {
        var state = StudyState()
        let assignment = { (trial: Int) in
            Assignment(
                (0..<30).map { .init(path: "model.layers.\($0).linear.features", value: .int(1000 + $0 * (trial + 1))) }
            )
        }
        for trial in 0..<3 {
            for record in SampleStudy.records([[0.9]]).dropFirst(2) {
                try state.apply(record.of(trial: trial, assignment(trial)))
            }
        }
        let file = try SampleStudy.file()
        let page = Report(
            name: "sample", experiment: "", resolved: "", train: file.experiment.train,
            terms: StudyTerms(file.experiment), state: state
        ).page
        let root = try ParsedXML.parse(String(page.dropFirst("<!DOCTYPE html>\n".count)))
        let table = try #require(root.all.first { $0.attributes["id"] == "trials" })
        let shown = try #require(table.named("tr").first?.children.map { $0.attributes["title"] ?? $0.text })
        let note = try #require(root.all.first { $0.attributes["id"] == "trials-left-out" }).text
        #expect(shown.count < 20 && shown.contains("validation_loss") && note.contains("Columns without room here: "))
        for path in assignment(0).elements.map(\.path) {
            #expect(shown.contains(path) != note.contains(path), "\(path)")
        }
        #expect(try #require(table.named("tr").last).children.count == shown.count)
    }
}

extension JournalRecord {
    /// The record, of another trial with these settings.
    fileprivate func of(trial: Int, _ assignment: Assignment) -> JournalRecord {
        let id = AttemptID(trial: trial, attempt: 1)
        switch self {
        case .decided(let decided):
            guard case .create(let body) = decided.decision else { return self }
            return .trialCreated(
                .init(
                    trial: trial, point: trial, replicate: body.replicate, seed: body.seed, assignment: assignment))
        case .attemptStarted(var body):
            body.id = id
            return .attemptStarted(body)
        case .epochFinished(var body):
            body.id = id
            return .epochFinished(body)
        case .trialFinished(var body):
            body.outcome.id = id
            return .trialFinished(body)
        default: return self
        }
    }
}
