import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

/// What h5py, which knows nothing of Winnow, finds in `study.h5`.
struct StudyFileTests {
    private let found: Contents

    init() throws {
        found = try Contents.read(SampleStudy.records)
    }

    @Test func trialsAreColumnsOfOneRowEach() throws {
        let trials = try #require(found.groups["trials"])
        let expected: [String: [Cell]] = [
            "trial_id": [0, 1], "state": [2, 3], "state_name": ["completed", "failed"], "point": [0, 1],
            "replicate": [0, 0], "seed": ["18446744073709551615", "7"], "attempts": [2, 1], "lost_attempts": [1, 0],
            "worker": ["w2", "w1"], "started": [1_700_000_001, 1_700_000_012], "duration_s": [10.5, 1],
            "stop_epoch": [3, 1], "would_have_stopped_at": [-1, -1], "stop_reason": ["early_stopping", "error"],
            "error": ["", "the loss is NaN in epoch 1 – größer als alles"], "best_value": [0.25, "nan"],
            "best_epoch": [2, -1], "last_value": [0.75, "nan"], "selected": [1, 0],
            "other_budget": [0, 0],
            "checkpoint": ["trials/00000/best.h5", ""], "test_loss": [0.375, "nan"],
            "param.optimizer.learning_rate": [0.001, 0.1], "param.optimizer.kind": ["adam", "sgd"],
        ]
        #expect(trials.mapValues(\.values) == expected)
    }

    @Test func historyHasTheCurrentRowsInOrder() throws {
        let history = try #require(found.groups["history"])
        let expected: [String: [Cell]] = [
            "row": [0, 1, 2], "trial_id": [0, 0, 0], "attempt": [1, 2, 2], "epoch": [1, 2, 3],
            "train_loss": [1, 0.5, 1.5], "validation_loss": [0.5, 0.25, 0.75],
            "learning_rate": [0.001, 0.001, 0.001], "elapsed_s": [1.5, 3, 4.5],
        ]
        #expect(history.mapValues(\.values) == expected)
    }

    @Test func everyColumnHasAPlainTypeAndStandsOnItsScale() throws {
        for (group, scale) in [("trials", "trial_id"), ("history", "row"), ("provenance/workers", "row")] {
            let columns = try #require(found.groups[group])
            for (name, column) in columns {
                #expect(["int8", "int32", "float64", "text"].contains(column.type), "\(group)/\(name): \(column.type)")
                #expect(column.scale == (name == scale ? nil : "/\(group)/\(scale)"), "\(group)/\(name)")
            }
        }
        #expect(found.groups["trials"]?["seed"]?.type == "text")
        #expect(found.groups["trials"]?["state"]?.type == "int8")
        #expect(found.groups["trials"]?["trial_id"]?.type == "int32")
        #expect(found.groups["trials"]?["duration_s"]?.units == "s")
        #expect(found.groups["trials"]?["started"]?.units == "seconds since 1970-01-01 00:00:00")
        #expect(found.groups["history"]?["elapsed_s"]?.units == "s")
    }

    @Test func attributesSayWhatItIsAndWhereItComesFrom() throws {
        #expect(
            found.attributes["/"] == [
                "format": "winnow-study", "version": 1, "monitor": "validation_loss", "goal": "minimize",
                "epochs": 9, "selected_trial": 0, "selected_point": 0, "selected_point_mean": 0.25,
                "selected_point_count": 1,
            ])
        #expect(
            found.attributes["provenance"] == [
                "experiment": "seed: 1\n", "resolved_experiment": "seed: 1\nname: größer\n", "program": "winnow 1",
                "data_sha256": "ab12", "created": 1_700_000_000,
            ])
        let workers = try #require(found.groups["provenance/workers"]).mapValues(\.values)
        #expect(
            workers == [
                "row": [0, 1, 2], "worker": ["w1", "w1", "w2"], "name": ["cpu", "onednn", "cpu"],
                "value": ["avx512", "2.6.3", "avx2"],
            ])
    }

    @Test func studyBeforeItsFirstTrialIsAFileToo() throws {
        let empty = try Contents.read([])
        #expect(empty.groups["trials"]?["best_value"]?.values == [])
        #expect(empty.groups["trials"]?["state_name"]?.values == [])
        #expect(empty.groups["history"]?["row"]?.values == [])
        #expect(empty.attributes["/"]?["selected_trial"] == -1)
        #expect(empty.attributes["provenance"]?["created"] == "nan")
    }

    @Test func parameterThatIsNotAlwaysANumberIsText() throws {
        let path = "train.early_stopping"
        let records: [JournalRecord] = [
            SampleStudy.records[0],
            .trialCreated(
                .init(trial: 0, point: 0, replicate: 0, seed: 1, assignment: [.init(path: path, value: .int(3))])),
            .trialCreated(
                .init(
                    trial: 1, point: 1, replicate: 0, seed: 1, assignment: [.init(path: path, value: .string("none"))])),
            .trialCreated(.init(trial: 2, point: 2, replicate: 0, seed: 1, assignment: [])),
        ]
        let column = try Contents.read(records).groups["trials"]?["param.\(path)"]
        #expect(column?.values == ["3", "none", ""])
    }
}

/// A number or a text of a file; NaN, which does not equal itself, is "nan".
private enum Cell: Hashable, Decodable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral
{
    case number(Double)
    case text(String)

    init(floatLiteral value: Double) { self = .number(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(stringLiteral value: String) { self = .text(value) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}

private struct Contents: Decodable {
    struct Column: Decodable {
        var values: [Cell]
        var type: String
        var units: String?
        var scale: String?
    }

    var groups: [String: [String: Column]]
    var attributes: [String: [String: Cell]]

    static func read(_ records: [JournalRecord]) throws -> Contents {
        let directory = try TemporaryDirectory()
        let path = directory.file("study.h5")
        let state = try StudyState(replaying: records, of: StudyFolder(directory.path))
        let provenance = Provenance(
            experiment: "seed: 1\n", resolved: "seed: 1\nname: größer\n",
            workers: ["w2": ["cpu": "avx2"], "w1": ["onednn": "2.6.3", "cpu": "avx512"]])
        try AtomicFile.write(
            StudyFile.encode(state: state, terms: SampleStudy.terms, provenance: provenance), to: path)
        return try JSONDecoder().decode(Contents.self, from: Data(Python.run(script, arguments: [path]).utf8))
    }

    private static let script = """
        import sys, json, h5py
        def plain(value):
            if isinstance(value, bytes): return value.decode()
            if hasattr(value, 'item'): value = value.item()
            if isinstance(value, bytes): return value.decode()
            return 'nan' if value != value else value
        with h5py.File(sys.argv[1], 'r') as f:
            groups = {}
            for group in ['trials', 'history', 'provenance/workers']:
                groups[group] = {}
                for name, d in f[group].items():
                    assert d.ndim == 1, name
                    text = d.dtype.kind == 'S' and h5py.check_string_dtype(d.dtype).encoding == 'utf-8'
                    scales = [s.name for s in d.dims[0].values()]
                    assert len(scales) <= 1 and (d.attrs.get('CLASS') == b'DIMENSION_SCALE') == (not scales), name
                    groups[group][name] = {
                        'values': [plain(v) for v in d[:]], 'type': 'text' if text else str(d.dtype),
                        'units': plain(d.attrs['units']) if 'units' in d.attrs else None,
                        'scale': scales[0] if scales else None}
            attributes = {g: {k: plain(v) for k, v in f[g].attrs.items()} for g in ['/', 'provenance']}
        print(json.dumps({'groups': groups, 'attributes': attributes}))
        """
}
