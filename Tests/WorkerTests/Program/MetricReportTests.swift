import Experiments
import Foundation
import TestSupport
import Testing
import Worker

/// What is recognised of what programs print.
@Suite struct MetricReportTests {
    @Test func aJSONObjectIsReadAsPythonWritesIt() throws {
        let line =
            #"{"epoch": 3, "loss": NaN, "up": Infinity, "on": true, "val": {"f1": 0.5}, "name": "x", "l": [1], "n": null}"#
        let report = try #require(MetricReport(json: line.utf8))
        #expect(report.epoch == 3 && report.isExplicit && !report.isCheckpoint)
        #expect(Set(report.values.keys) == ["loss", "up", "on", "val/f1"])
        #expect(report.values["loss"]!.isNaN && report.values["up"] == .infinity && report.values["val/f1"] == 0.5)
        #expect(MetricReport(json: #"{"checkpoint": true}"#.utf8)?.isCheckpoint == true)
        for bad in ["", "3", "[1]", #"{"a": 1"#, "{\u{0}}"] { #expect(MetricReport(json: bad.utf8) == nil, "\(bad)") }
    }

    @Test func aMarkedLineHoldsAnObject() {
        #expect(MetricReport(marked: Array(#"winnow {"a": 1}"#.utf8))?.values == ["a": 1])
        #expect(MetricReport(marked: Array(#"  winnow {"a": 1}"#.utf8)) == nil)
        #expect(MetricReport(marked: Array(#"{"a": 1}"#.utf8)) == nil)
    }

    @Test(
        arguments: [
            ("epoch=3 val_loss=0.31", 3, ["val_loss": 0.31]),
            ("Epoch 3/10 - loss: 0.5 - val_loss: 1e-3", 3, ["loss": 0.5, "val_loss": 1e-3]),
            ("Epoch 12: train_loss=.5, val/acc=91%", 12, ["train_loss": 0.5, "val/acc": 91]),
            ("[epoch: 2] lr=1E-4, acc = -0.5.", 2, ["lr": 1e-4, "acc": -0.5]),
            ("2026-11-30 12:30:45 INFO loss: nan", nil, ["loss": Double.nan]),
            ("Time: 12:30:45 url=http://x/a=1", nil, nil),
            ("nothing to see here", nil, nil),
            ("size=0x10 version=1.2.3 path=/a/b", nil, nil),
            ("Accuracy: 0.91", nil, ["Accuracy": 0.91]),
            ("epochs", nil, nil),
        ] as [(String, Double?, [String: Double]?)])
    func linesForPeopleAreRead(_ line: String, _ epoch: Double?, _ values: [String: Double]?) {
        let report = MetricReport(text: Array(line.utf8))
        #expect(report?.epoch == epoch)
        #expect(report?.values.mapValues { "\($0)" } == values?.mapValues { "\($0)" }, "\(report?.values ?? [:])")
    }

    @Test(arguments: SeededCases(300)) func noBytesAreTooBad(_ testCase: SeededCase) {
        var random = testCase.random
        let alphabet = Array("epoch =:/.0123e-+naif%{}\"\u{0}\u{FF}é".utf8)
        let line = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
        _ = MetricReport(text: line)
        _ = MetricReport(json: line)
        _ = MetricReport(marked: Array("winnow {".utf8) + line)
    }

    @Test func patternsTakeTheirFirstGroup() throws {
        let patterns = try MetricPatterns([("epoch", #"^E(\d+)"#), ("loss", #"loss is ([0-9.]+)"#), ("acc", #"\d+$"#)])
        let report = try #require(patterns.report(Array("E4: the loss is 0.25 and acc 91".utf8)))
        #expect(report.epoch == 4 && report.values == ["loss": 0.25, "acc": 91])
        #expect(patterns.report(Array("nothing".utf8)) == nil)
        #expect(throws: (any Error).self) { try MetricPatterns([("a", "(")]) }
    }

    // MARK: From lines to rows

    private func rows(_ log: String, as source: MetricSource = .auto, monitor: String = "val_loss") throws -> [[String:
        Double]]
    {
        var numbering = EpochNumbering()
        return try MetricReport.all(in: Array(log.utf8), as: source, monitor: monitor).compactMap { report in
            numbering.next(report.epoch).map { row in report.values.merging(["row": Double(row)]) { $1 } }
        }
    }

    @Test func anEpochInSeveralLinesIsOneRow() throws {
        let log = "Epoch 0\nloss: 2\nval_loss: 3\nEpoch 1\nloss: 1\nval_loss: 2\n"
        #expect(try rows(log) == [["row": 1, "loss": 2, "val_loss": 3], ["row": 2, "loss": 1, "val_loss": 2]])
    }

    @Test func ofAProgressBarTheLastStateCounts() throws {
        let log =
            "Epoch 1: loss=9\rEpoch 1: loss=5\rEpoch 1: loss=2\nepoch=1 val_loss=3\nEpoch 2: loss=7\rEpoch 2: loss=1 \r\nval_loss=2"
        #expect(try rows(log) == [["row": 1, "loss": 2, "val_loss": 3], ["row": 2, "loss": 1, "val_loss": 2]])
    }

    @Test func withoutACounterTheMonitoredMetricCounts() throws {
        #expect(
            try rows("lr=1\nloss=3\nval_loss=2\nloss=2 val_loss=1\n")
                == [["row": 1, "lr": 1, "loss": 3, "val_loss": 2], ["row": 2, "loss": 2, "val_loss": 1]])
    }

    /// Lightning writes what it learnt of an epoch in several rows, Keras in one; both leave cells empty.
    @Test func aTableOfCSVIsRead() throws {
        let lightning = "epoch,step,train_loss,val_loss\n0,10,2.0,\n0,10,,3.0\n1,20,1.0,\n1,20,,2.0\n"
        #expect(
            try rows(lightning, as: .csv("x"))
                == [
                    ["row": 1, "step": 10, "train_loss": 2, "val_loss": 3],
                    ["row": 2, "step": 20, "train_loss": 1, "val_loss": 2],
                ])
        #expect(
            try rows("epoch,\"val_loss\"\r\n0,0.5\r\n1,0.25\r\n", as: .csv("x"))
                == [["row": 1, "val_loss": 0.5], ["row": 2, "val_loss": 0.25]])
    }

    @Test func rowsHaveNoGapsHoweverAProgramCounts() {
        var numbering = EpochNumbering()
        let told: [Double?] = [0, 5, 10, 10, nil, 3, 15]
        #expect(told.map { numbering.next($0) } == [1, 2, 3, nil, 4, nil, 5])
        numbering.truncate(to: 2)
        #expect(numbering.next(5) == nil && numbering.next(10) == 3)
    }

    @Test func aLineWithoutEndIsLeftOut() {
        var splitter = LineSplitter()
        var lines: [Int] = []
        for _ in 0..<40 { splitter.add(repeatElement(UInt8(ascii: "x"), count: 1 << 16)) { lines.append($0.count) } }
        splitter.add("\nshort\n".utf8) { lines.append($0.count) }
        #expect(lines == [5])
    }
}
