import Studies
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
            state: state, terms: SampleStudy.terms, provenance: Provenance(experiment: "", resolved: ""))
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

    /// A hundred classes and more: nearly all cells are 0.
    private static func state(classes: Int, trials: Int) throws -> StudyState {
        var state = StudyState()
        try state.apply(SampleStudy.records[0])
        let names = (0..<classes).map { "class \($0)" }
        for trial in 0..<trials {
            try state.apply(SampleStudy.created(trial, seed: 1, rate: 0.1, kind: "adam"))
            try state.apply(SampleStudy.started(trial, attempt: 1, from: 0, unix: 1))
            var cells: [ConfusionMatrix.Cell] = []
            for index in 0..<classes {
                cells.append(.init(expected: index, predicted: index, count: 8))
                cells.append(.init(expected: index, predicted: (index * 31 + trial + 1) % classes, count: 2))
            }
            let matrix = try #require(ConfusionMatrix(classes: names, cells: cells))
            let outcome = TrialOutcome(
                id: AttemptID(trial: trial, attempt: 1), state: .completed, stopReason: .budget, stopEpoch: 1,
                confusion: ["validation": matrix, "test": matrix])
            try state.apply(.trialFinished(.init(outcome: outcome, unix: 2)))
        }
        return state
    }

    private static func bytes(_ state: StudyState) throws -> [UInt8] {
        try StudyFile.encode(
            state: state, terms: SampleStudy.terms, provenance: Provenance(experiment: "", resolved: ""))
    }

    /// Two matrices of 1,000 x 1,000 counts are 8 MB, where they are not compressed.
    @Test func manyClassesTakeLittleRoom() throws {
        let (one, three) = (
            try Self.bytes(Self.state(classes: 1000, trials: 1)), try Self.bytes(Self.state(classes: 1000, trials: 3))
        )
        let each = (three.count - one.count) / 2
        print("study.h5 with two matrices of 1,000 classes: \(one.count) bytes, \(each) for each further trial")
        #expect(one.count < 400_000 && each < 150_000, "\(one.count) bytes, \(each) each")
    }

    /// Matrices of several trials share a piece of storage, or one takes several; h5py finds each count in its place.
    @Test(arguments: [(3, 40), (600, 3)])
    func compressedCountsAreReadAsTheyWere(classes: Int, trials: Int) throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("study.h5")
        try Data(Self.bytes(Self.state(classes: classes, trials: trials))).write(to: URL(fileURLWithPath: path))
        let printed = try Python.run(
            """
            import h5py, numpy, sys
            classes, trials = int(sys.argv[2]), int(sys.argv[3])
            with h5py.File(sys.argv[1]) as f:
                c = f["confusion"]
                for part in ("validation", "test"):
                    expected = numpy.zeros((trials, classes, classes), "i4")
                    for t in range(trials):
                        for i in range(classes):
                            expected[t, i, i] = 8
                            expected[t, i, (i * 31 + t + 1) % classes] = 2
                    assert (c[part][()] == expected).all()
                    hits = numpy.einsum("tii->ti", expected)
                    assert numpy.allclose(c[part + "_recall"][()], hits / expected.sum(axis=2))
                print(c["test"].compression, c["test"].shuffle, c["test"].fletcher32, c["test"].dtype,
                      c["test_f1"].compression, c["test_f1"].fletcher32)
            """, arguments: [path, "\(classes)", "\(trials)"])
        #expect(printed == "gzip True True int32 gzip True\n")
    }

    @Test func aMatrixOfOtherClassesIsLeftOut() throws {
        var state = try Self.state(classes: 3, trials: 1)
        try state.apply(SampleStudy.created(1, seed: 1, rate: 0.1, kind: "adam"))
        try state.apply(SampleStudy.started(1, attempt: 1, from: 0, unix: 1))
        let outcome = TrialOutcome(
            id: AttemptID(trial: 1, attempt: 1), state: .completed, stopReason: .budget, stopEpoch: 1,
            confusion: ["test": Self.matrix])
        try state.apply(.trialFinished(.init(outcome: outcome, unix: 2)))
        let folder = try TemporaryDirectory()
        try Data(Self.bytes(state)).write(to: URL(fileURLWithPath: folder.file("study.h5")))
        let script = "import h5py, sys\nprint(h5py.File(sys.argv[1])['confusion/test'][1].tolist())"
        let printed = try Python.run(script, arguments: [folder.file("study.h5")])
        #expect(printed == "[[-1, -1, -1], [-1, -1, -1], [-1, -1, -1]]\n")
    }

    @Test func aRegressionHasNone() throws {
        var state = StudyState()
        for record in SampleStudy.records { try state.apply(record) }
        let folder = try TemporaryDirectory()
        let bytes = try StudyFile.encode(
            state: state, terms: SampleStudy.terms, provenance: Provenance(experiment: "", resolved: ""))
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("study.h5")))
        let script = "import h5py, sys\nprint('confusion' in h5py.File(sys.argv[1]))"
        let isThere = try Python.run(script, arguments: [folder.file("study.h5")])
        #expect(isThere.trimmingCharacters(in: .whitespacesAndNewlines) == "False")
    }
}
