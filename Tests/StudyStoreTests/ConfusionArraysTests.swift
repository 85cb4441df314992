import Experiments
import Foundation
import StudyStore
import TestSupport
import Testing

/// What h5py finds of confusion matrices in `study.h5`.
@Suite struct ConfusionArraysTests {
    private struct Contents: Decodable {
        var trials: [Int]
        var names: [String]
        var validation: [[[Int]]]
        var test: [[[Int]]]
        var f1: [[Double?]]
        var scales: [String]
        var kept: [Int]
    }

    private static let matrix = ConfusionMatrix(classes: ["Löwe", "tiger"], counts: [3, 1, 2, 4])
    private static let other = ConfusionMatrix(classes: ["Löwe", "tiger"], counts: [0, 4, 0, 6])

    /// Three trials: both parts, validation alone, and a failed one.
    private static let records: [JournalRecord] = {
        var records = [SampleStudy.records[0]]
        for trial in 0..<3 { records.append(SampleStudy.created(trial, seed: 1, rate: 0.1, kind: "adam")) }
        for trial in 0..<3 {
            records.append(SampleStudy.started(trial, attempt: 1, from: 0, unix: 1))
            let parts: [[String: ConfusionMatrix]?] = [
                ["validation": matrix, "test": other], ["validation": other], nil,
            ]
            records.append(
                .trialFinished(
                    .init(
                        outcome: TrialOutcome(
                            id: AttemptID(trial: trial, attempt: 1), state: trial < 2 ? .completed : .failed,
                            stopReason: .budget, stopEpoch: 1, confusion: parts[trial],
                            pseudoLabels: trial == 1 ? .init(offered: 9, kept: 7, known: 6, right: 5) : nil),
                        unix: 2)))
        }
        return records
    }()

    private static let script = """
        import h5py, json, math, sys
        with h5py.File(sys.argv[1]) as f:
            c = f["confusion"]
            print(json.dumps({
                "trials": c["trial_id"][:].tolist(), "names": [n.decode() for n in c["class_name"][:]],
                "validation": c["validation"][:].tolist(), "test": c["test"][:].tolist(),
                "f1": [[None if math.isnan(v) else v for v in row] for row in c["test_f1"][:].tolist()],
                "scales": [d[0].name for d in c["validation"].dims],
                "kept": f["trials/pseudo_labels_kept"][:].tolist()}))
        """

    @Test func countsAndMeasuresStandOnTheirScales() throws {
        let folder = try TemporaryDirectory()
        var state = StudyState()
        for record in Self.records { try state.apply(record) }
        let bytes = try StudyFile.encode(
            state: state, rule: SampleStudy.rule, provenance: Provenance(experiment: "", resolved: ""))
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("study.h5")))
        let printed = try Python.run(Self.script, arguments: [folder.file("study.h5")])
        let found = try JSONDecoder().decode(Contents.self, from: Data(printed.utf8))
        #expect(found.trials == [0, 1])
        #expect(found.names == ["Löwe", "tiger"])
        #expect(found.validation == [[[3, 1], [2, 4]], [[0, 4], [0, 6]]])
        #expect(found.test == [[[0, 4], [0, 6]], [[-1, -1], [-1, -1]]])
        #expect(found.f1 == [[0, Self.other.f1(1)], [nil, nil]])
        #expect(found.scales == ["/confusion/trial_id", "/confusion/class", "/confusion/class"])
        #expect(found.kept == [-1, 7, -1])
    }

    @Test func aRegressionHasNone() throws {
        var state = StudyState()
        for record in SampleStudy.records { try state.apply(record) }
        let folder = try TemporaryDirectory()
        let bytes = try StudyFile.encode(
            state: state, rule: SampleStudy.rule, provenance: Provenance(experiment: "", resolved: ""))
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("study.h5")))
        let script = "import h5py, sys\nprint('confusion' in h5py.File(sys.argv[1]))"
        let isThere = try Python.run(script, arguments: [folder.file("study.h5")])
        #expect(isThere.trimmingCharacters(in: .whitespacesAndNewlines) == "False")
    }
}
