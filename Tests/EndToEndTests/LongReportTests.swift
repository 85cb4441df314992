import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

extension Studies {
    /// `winnow report` of a study that nobody could read whole.
    @Suite struct LongReportTests {
        private static let experiment = """
            name: long
            data: {source: digits}
            model: {preset: mlp}
            train: {epochs: 1}
            search:
              sampler: random
              trials: 3000
              parameters:
                optimizer.learning_rate: {min: 1.0e-4, max: 0.1, scale: log}

            """

        /// A study of so many points that were trained for one epoch each, as a coordinator leaves it.
        private static func write(points: Int, to folder: StudyFolder) throws {
            let resolved = try ExperimentFile(text: experiment, name: "long.yaml").resolvedYAML()
            let journal = try { () throws -> Journal in
                let lock = try StudyLock(folder)
                return try withExtendedLifetime(lock) { try Journal.open(folder).journal }
            }()
            journal.append(.studyCreated(.init(identity: "i", dataDigest: "d", program: "p", unix: 1)))
            for point in 0..<points {
                let id = AttemptID(trial: point, attempt: 1)
                let loss = 1 + Double(point * 7919 % 10_007) / 10_007
                let rate = ParameterValue.double(0.0001 + 1e-6 * Double(point))
                journal.append(
                    .trialCreated(
                        .init(
                            trial: point, point: point, replicate: 0, seed: 1,
                            assignment: [.init(path: "optimizer.learning_rate", value: rate)])))
                journal.append(.attemptStarted(.init(id: id, worker: "w", fromEpoch: 0, unix: 1)))
                journal.append(
                    .epochFinished(
                        Row(
                            id: id, epoch: 1, metrics: ["train_loss": loss, "validation_loss": loss],
                            learningRate: 0.1, elapsedSeconds: 1)))
                let outcome = TrialOutcome(
                    id: id, state: .completed, stopReason: .budget, stopEpoch: 1,
                    testMetrics: ["test_loss": loss, "test_accuracy": 1 / loss])
                journal.append(.trialFinished(.init(outcome: outcome, unix: 2)))
            }
            try journal.commit()
            try AtomicFile.write(experiment, to: folder.experimentPath)
            try AtomicFile.write(resolved, to: folder.resolvedPath)
        }

        @Test func aTableShowsTheBestHundredUnlessAllAreAskedFor() async throws {
            let folder = try TemporaryDirectory()
            try Self.write(points: 3000, to: StudyFolder(folder.file("study")))
            let table = try await Winnow.run("results", "study", in: folder)
            let lines = table.output.split(separator: "\n").map(String.init)
            let best = try #require((0..<3000).min { $0 * 7919 % 10_007 < $1 * 7919 % 10_007 })
            let first = try #require(lines.dropFirst().first).split(separator: " ").prefix(2)
            #expect(first == ["*", "\(best)"], "\(lines.prefix(4))")
            let note = "the best 100 of 3000 trials; every one: winnow results study --all, or --json"
            #expect(lines.contains(note) && lines.count < 110, "\(lines.count) lines")
            let all = try await Winnow.run("results", "study", "--all", in: folder)
            #expect(all.output.split(separator: "\n").count > 3000 && !all.output.contains("the best 100"))
        }

        @Test func itShowsTheBestHundredAndHoldsAll() async throws {
            let folder = try TemporaryDirectory()
            try Self.write(points: 3000, to: StudyFolder(folder.file("study")))
            let run = try await Winnow.run("report", "study", "--figures", "figures", in: folder)
            #expect(run.status == 0 && run.output == "study/report.html\n")
            #expect(run.errors == "figures has the curves of the best points; 2900 are left out\n")
            let figures = try FileManager.default.contentsOfDirectory(atPath: folder.file("figures"))
            #expect(figures.count { $0.hasPrefix("losses-") } == 100 && figures.contains("comparison.svg"))
            let printed = try Python.run(Self.reading, arguments: [folder.file("study/report.html")])
            #expect(
                printed == """
                    trials 100 shown, 3000 in the data, the best ones
                    arms 100 shown, 3000 in the data
                    2900 further trials 2900 further points

                    """)
        }

        private static let reading = """
            import csv, html.parser, re, sys

            class Page(html.parser.HTMLParser):
                def __init__(self):
                    super().__init__()
                    self.rows, self.text, self.table, self.id = {}, {}, None, None
                def handle_starttag(self, tag, attributes):
                    attributes = dict(attributes)
                    if tag == "table": self.table = attributes["id"]
                    if tag == "tr": self.rows.setdefault(self.table, []).append([])
                    if tag == "data" and self.rows.get(self.table): self.rows[self.table][-1].append(float(attributes["value"]))
                    if "id" in attributes: self.id = attributes["id"]
                def handle_data(self, data):
                    self.text[self.id] = self.text.get(self.id, "") + data

            page = Page()
            page.feed(open(sys.argv[1], encoding="utf-8").read())
            trials = list(csv.DictReader(page.text["data-trials"].split("All of")[0].splitlines()))
            points = list(csv.DictReader(page.text["data-points"].split("Where")[0].splitlines()))
            best = sorted(float(row["best_value"]) for row in trials)[:100]
            rows = page.rows["trials"][1:]
            same = all(value in row for value, row in zip(best, rows))
            print("trials", len(rows), "shown,", len(trials), "in the data,", "the best ones" if same else "others")
            print("arms", len(page.rows["arms"][1:]), "shown,", len(points), "in the data")
            print(*(re.search("[0-9]+ further [a-z]+", page.text[i]).group() for i in ("trials-left-out", "arms-left-out")))
            """
    }
}
