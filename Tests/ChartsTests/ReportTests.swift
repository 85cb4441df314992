import Charts
import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

struct ReportTests {
    private let values: [[Double?]] = [[0.9, 0.91, 0.92], [0.95, .nan, nil]]

    private func report(_ values: [[Double?]]) throws -> Report {
        let file = try SampleStudy.file()
        return Report(
            name: "sample", experiment: SampleStudy.text, resolved: file.resolvedYAML(),
            train: file.experiment.train, terms: StudyTerms(file.experiment), state: try SampleStudy.state(values))
    }

    /// Python's HTML parser reads the page, h5py reads study.h5, and both say the same.
    @Test func itsNumbersAreThoseOfTheStudyFile() throws {
        let directory = try TemporaryDirectory()
        let folder = StudyFolder(directory.file("study"))
        try SampleStudy.write(values, to: folder)
        let report = try Report(StudyReader(folder))
        let page = try directory.write(report.page, to: "report.html")
        let printed = try Python.run(Self.comparing, arguments: [page, folder.studyFilePath])
        #expect(
            printed == """
                confusion of ['cat', 'dog', '<fox>']
                4 of 5 bins
                6 trials, selected 0
                ['0', '1', '2', '3', '4', '5']
                model.dropout best_epoch best_value test_accuracy test_loss

                """)
    }

    private static let comparing = """
        import h5py, html.parser, math, sys

        class Tables(html.parser.HTMLParser):
            def __init__(self):
                super().__init__()
                self.tables, self.row, self.cell, self.table = {}, None, None, None
                self.counts, self.part, self.is_count = {}, None, False
            def handle_starttag(self, tag, attributes):
                attributes = dict(attributes)
                if tag == "svg":
                    # The narrow shape of a picture says the same again.
                    names = attributes["aria-labelledby"].split("-")
                    self.part = None if "narrow" in names else names[1]
                self.is_count = tag == "text" and "count" in (attributes.get("class") or "").split()
                if tag == "table":
                    self.table = self.tables.setdefault(attributes["id"], [])
                elif tag == "tr":
                    self.row = []
                    self.table.append((attributes.get("class"), self.row))
                elif tag in ("td", "th"):
                    self.cell = {"text": "", "value": None, "title": attributes.get("title")}
                    self.row.append(self.cell)
                elif tag == "data":
                    self.cell["value"] = float(attributes["value"])
                elif tag not in ("tbody", "thead", "tfoot") and tag in ("script", "link", "img", "iframe"):
                    raise SystemExit("the page asks for something else: " + tag)
            def handle_data(self, text):
                if self.cell is not None: self.cell["text"] += text
                if self.is_count and self.part: self.counts.setdefault(self.part, []).append(text)
            def handle_endtag(self, tag):
                self.is_count = False

        page = open(sys.argv[1], encoding="utf-8").read()
        parser = Tables()
        parser.feed(page)
        (_, head), *rows = parser.tables["trials"]
        names = [c["title"] or c["text"] for c in head]
        with h5py.File(sys.argv[2]) as f:
            trials = {k: v[()] for k, v in f["trials"].items()}
            columns = {"model.dropout": trials["param.model.dropout"], "best epoch": trials["best_epoch"],
                       f.attrs["monitor"].decode(): trials["best_value"], "test_accuracy": trials["test_accuracy"],
                       "test_loss": trials["test_loss"]}
            seen = []
            for mark, row in rows:
                cells = dict(zip(names, row))
                assert len(row) == len(names)
                trial = int(cells["trial"]["text"].strip("★ "))
                seen.append(trial)
                assert (mark == "selected") == bool(trials["selected"][trial]) == ("★" in cells["trial"]["text"])
                assert cells["state"]["text"] == trials["state_name"][trial].decode()
                for name, column in columns.items():
                    value, shown = column[trial], cells[name]
                    if value == -1 or math.isnan(value):
                        assert shown["value"] is None and shown["text"] == "", (trial, name, shown)
                    else:
                        assert shown["value"] == value, (trial, name, shown, value)
                        assert math.isclose(float(shown["text"]), value, rel_tol=5.1e-4), (trial, name, shown, value)
            values = [trials["best_value"][t] for t in seen]
            assert values == sorted(values), values
            confusion = f["confusion"]
            names = [name.decode() for name in confusion["class_name"][()]]
            row = list(confusion["trial_id"][()]).index(seen[0])
            for part in ("validation", "test"):
                (_, head), *rows = parser.tables["classes-" + part]
                counts = confusion[part][row]
                assert [cells[0]["text"] for _, cells in rows[:3]] == names
                for index, (_, cells) in enumerate(rows[:3]):
                    for cell, measure in zip(cells[1:], ("precision", "recall", "f1")):
                        assert cell["value"] == confusion[f"{part}_{measure}"][row, index], (part, index, measure)
                    assert cells[4]["value"] == counts[index].sum()
                assert parser.counts[part] == [str(count) for count in counts.flatten()], (part, parser.counts)
            print("confusion of", names)
            reliability = f["reliability"]
            row = list(reliability["trial_id"][()]).index(seen[0])
            for part in ("validation", "test"):
                _, *rows = parser.tables["bins-" + part]
                counts = reliability[f"{part}_count"][row]
                full = [bin for bin, count in enumerate(counts) if count > 0]
                for bin, (_, cells) in zip(full, rows[:-1], strict=True):
                    right = reliability[f"{part}_right"][row, bin] / counts[bin]
                    confidence = reliability[f"{part}_confidence"][row, bin]
                    assert [cell["value"] for cell in cells[1:]] == [counts[bin], confidence, right], (part, bin)
            print(len(full), "of", len(counts), "bins")
            print(len(seen), "trials, selected", seen[0])
            print(sorted(map(str, seen)))
            print("model.dropout best_epoch best_value test_accuracy test_loss")
        """

    /// scikit-learn 1.9: `precision_recall_fscore_support` of the samples that the matrix counts.
    @Test func classesHaveTheirMeasures() throws {
        let page = try report(values).page
        let test = try #require(page.range(of: "id=\"classes-test\""))
        let table = String(page[test.lowerBound...].prefix { $0 != "\u{0}" })
        let end = try #require(table.range(of: "</table>"))
        let body = try ParsedXML.parse("<table " + table[..<end.upperBound])
        let rows = body.named("tr").map { row in row.named("data").map { $0.text } }
        #expect(
            rows == [
                [], ["0.9091", "0.9375", "0.9231", "32"], ["0.8065", "0.8621", "0.8333", "29"],
                ["0.8333", "0.5556", "0.6667", "9"], ["0.8496", "0.785", "0.8077", "70"],
                ["0.8568", "0.8571", "0.8529", "70"], ["0.8571", "70"],
            ])
        let text = body.all.map(\.text)
        #expect(text.contains("<fox>") && text.contains("macro") && text.contains("weighted"))
    }

    @Test func thePageIsWellFormedAndStandsAlone() throws {
        let page = try report(values).page
        #expect(page.hasPrefix("<!DOCTYPE html>\n"))
        let root = try ParsedXML.parse(String(page.dropFirst("<!DOCTYPE html>\n".count)))
        // Seven pictures, each wide and narrow.
        #expect(root.named("svg").count == 14)
        let ids = root.all.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for element in root.all {
            #expect(!["script", "link", "img", "iframe", "object"].contains(element.name))
            #expect(element.attributes["href"] == nil && element.attributes["src"] == nil)
        }
        let addresses = page.components(separatedBy: "http").count - 1
        #expect(addresses == page.components(separatedBy: "http://www.w3.org/2000/svg").count - 1 + 1)
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("@media print"))
    }

    @Test func itSaysWhatWonAndWhereFrom() throws {
        let root = try ParsedXML.parse(String(try report(values).page.dropFirst("<!DOCTYPE html>\n".count)))
        func text(_ id: String) -> String? { root.all.first { $0.attributes["id"] == id }?.text }
        #expect(
            text("winner") == """
                The best trial of point 0, whose mean validation_loss over its seeds, 0.51, is the best of all points: \
                trial 0 (model.dropout = 0.0), epoch 3 of 5: validation_loss 0.5. On the test part, evaluated once: \
                test_accuracy 0.9, test_loss 0.3333.
                """)
        #expect(
            text("pseudo-labels") == """
                Of 100 unlabelled samples its teacher was sure enough of 60; of 50 whose truth is known, it labelled 45 \
                rightly.
                """)
        #expect(
            root.classed("state").map(\.text) == [
                "6 trials of 2 points; not finished: 5 of 6 trials are over, 1 running; 1 failed"
            ])
        #expect(text("experiment") == SampleStudy.text)
        #expect(text("resolved") == (try SampleStudy.file().resolvedYAML()))
        let provenance = root.named("dd").map(\.text)
        #expect(provenance == ["winnow 9.9", "2023-11-14T22:13:20Z", "ab12cd"])
        let texts = root.all.map(\.text)
        #expect(texts.contains("host: a <b>; instruction_set: avx512"))
        #expect(texts.contains("trial 4: the loss is <NaN> in epoch 5"))
        #expect(texts.contains { $0.contains("1 of its 3 trials gave no value") })
    }

    @Test(arguments: [[], [[nil]], [[.nan]], [[0.9]]] as [[[Double?]]])
    func aYoungStudyHasAPage(_ values: [[Double?]]) throws {
        let report = try report(values)
        let root = try ParsedXML.parse(String(report.page.dropFirst("<!DOCTYPE html>\n".count)))
        let isWon = values == [[0.9]]
        #expect(root.all.contains { $0.text.hasPrefix("No trial has won yet") } == !isWon)
        for section in ["confusion", "reliability"] {
            #expect(root.named("h2").contains { $0.text.hasPrefix("The winner's \(section)") } == isWon)
        }
        for (_, picture) in report.figures { _ = try ParsedXML.parse(picture.file) }
    }

    @Test func manyPointsAreCounted() throws {
        let root = try ParsedXML.parse(
            String(try report((0..<20).map { [0.5 + 0.01 * Double($0)] }).page.dropFirst("<!DOCTYPE html>\n".count)))
        let list = try #require(root.all.first { $0.attributes["id"] == "verdicts" })
        #expect(
            list.named("li").map(\.text) == [
                "The winner is a trial of the baseline.",
                "Of 19 other points: 19 compared by one seed alone.",
            ])
    }

    @Test func figuresHaveNames() throws {
        #expect(
            try report(values).figures.map(\.name) == [
                "comparison", "losses-0", "losses-1", "confusion-validation", "confusion", "reliability-validation",
                "reliability",
            ])
    }
}
