import Foundation
import Studies
import StudyStore
import TestSupport
import Testing

/// What h5py finds of reliability tables in `study.h5`.
@Suite struct ReliabilityArraysTests {
    private static let table = Reliability(
        bins: [.init(count: 0, right: 0, confidence: 0), .init(count: 8, right: 6, confidence: 7)],
        calibrated: .init(temperature: 1.5, error: 0.25))
    private static let other = Reliability(
        bins: [.init(count: 3, right: 1, confidence: 0.75), .init(count: 5, right: 5, confidence: 4.5)])

    /// What h5py prints of a study whose trials have these tables.
    private func printed(_ script: String, _ tables: [[String: Reliability]?]) throws -> String {
        var state = StudyState()
        try state.apply(SampleStudy.records[0])
        for (trial, tables) in tables.enumerated() {
            try state.apply(SampleStudy.created(trial, seed: 1, rate: 0.1, kind: "adam"))
            try state.apply(SampleStudy.started(trial, attempt: 1, from: 0, unix: 1))
            let outcome = TrialOutcome(
                id: AttemptID(trial: trial, attempt: 1), state: .completed, stopReason: .budget, stopEpoch: 1,
                reliability: tables)
            try state.apply(.trialFinished(.init(outcome: outcome, unix: 2)))
        }
        let folder = try TemporaryDirectory()
        let bytes = try StudyFile.encode(
            state: state, terms: SampleStudy.terms, provenance: Provenance(experiment: "", resolved: ""))
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("study.h5")))
        return try Python.run(
            "import h5py, sys\nf = h5py.File(sys.argv[1])\n" + script, arguments: [folder.file("study.h5")])
    }

    @Test func binsStandOnTheirScales() throws {
        let printed = try printed(
            """
            r = f["reliability"]
            print(r["trial_id"][:].tolist(), [d[0].name for d in r["test_count"].dims])
            for name in ("test_count", "test_right", "test_confidence", "test_temperature", "test_calibrated_error"):
                print(name, r[name].dtype, r[name][:].tolist())
            print(r["validation_count"][:].tolist(), "validation_temperature" in r)
            """, [nil, ["validation": Self.other, "test": Self.table], ["validation": Self.table.plain]])
        #expect(
            printed == """
                [1, 2] ['/reliability/trial_id', '/reliability/bin']
                test_count int32 [[0, 8], [-1, -1]]
                test_right int32 [[0, 6], [-1, -1]]
                test_confidence float64 [[nan, 0.875], [nan, nan]]
                test_temperature float64 [1.5, nan]
                test_calibrated_error float64 [0.25, nan]
                [[3, 5], [0, 8]] False

                """)
    }

    @Test func aTableOfOtherBinsIsLeftOut() throws {
        let three = Reliability(bins: Array(repeating: .init(count: 1, right: 1, confidence: 1), count: 3))
        let printed = try printed(
            "print(f['reliability/test_count'][1].tolist())", [["test": Self.table], ["test": three]])
        #expect(printed == "[-1, -1]\n")
    }

    @Test func aRegressionHasNone() throws {
        #expect(try printed("print('reliability' in f)", [nil, nil]) == "False\n")
    }
}

extension Reliability {
    /// The table without a temperature.
    fileprivate var plain: Reliability { Reliability(bins: bins) }
}
