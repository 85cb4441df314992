import Experiments
import Studies
import StudyStore
import TestSupport

/// Small studies of a classification, made of records as a coordinator writes them.
enum SampleStudy {
    static let text = """
        # <A comparison> & its "baseline"
        name: sample <study>
        data: {source: digits}
        model: {preset: mlp, hidden: [8], dropout: 0.0}
        train: {epochs: 9, early_stopping: {patience: 2}}
        search:
          sampler: grid
          seeds: 3
          parameters:
            model.dropout: {values: [0.0, 0.25]}

        """

    static func file() throws -> ExperimentFile { try ExperimentFile(text: text, name: "sample.yaml") }

    /// Two points with three seeds each: one trial failed, one still runs.
    static func state() throws -> StudyState {
        try state([[0.9, 0.91, 0.92], [0.95, .nan, nil]])
    }

    /// Each trial has five epochs, of which the third is the best; one that runs has one.
    ///
    /// - Parameter values: test accuracies by point, then by replicate; nil is a trial that still runs, NaN one that
    ///   failed.
    static func state(_ values: [[Double?]]) throws -> StudyState {
        var state = StudyState()
        for record in records(values) { try state.apply(record) }
        return state
    }

    static func records(_ values: [[Double?]]) -> [JournalRecord] {
        var records: [JournalRecord] = [
            .studyCreated(.init(identity: "i", dataDigest: "ab12cd", program: "winnow 9.9", unix: 1_700_000_000)),
            .workerJoined(.init(worker: "w1", environment: ["host": "a <b>", "instruction_set": "avx512"], unix: 1)),
        ]
        var number = 0
        for (point, replicates) in values.enumerated() {
            for (replicate, value) in replicates.enumerated() {
                records += trial(number, point: point, replicate: replicate, accuracy: value)
                number += 1
            }
        }
        return records
    }

    private static func trial(_ number: Int, point: Int, replicate: Int, accuracy: Double?) -> [JournalRecord] {
        let id = AttemptID(trial: number, attempt: 1)
        var records: [JournalRecord] = [
            .trialCreated(
                .init(
                    trial: number, point: point, replicate: replicate, seed: UInt64(replicate),
                    assignment: [.init(path: "model.dropout", value: .double(Double(point) / 4))])),
            .attemptStarted(.init(id: id, worker: "w1", fromEpoch: 0, unix: 1_700_000_001)),
        ]
        let losses = [2.25, 1.5, 0.5, 0.75, 0.875].map { $0 + 0.01 * Double(number) }
        for (index, loss) in losses.prefix(accuracy == nil ? 1 : 5).enumerated() {
            records.append(
                .epochFinished(
                    Row(
                        id: id, epoch: index + 1,
                        metrics: [
                            "train_loss": 2 / Double(index + 1), "validation_loss": loss,
                            "validation_accuracy": 1 - loss / 3,
                        ], learningRate: 0.01, elapsedSeconds: 0.5 * Double(index + 1))))
        }
        guard let accuracy else { return records }
        let outcome =
            accuracy.isNaN
            ? TrialOutcome(
                id: id, state: .failed, stopReason: .error, stopEpoch: 5, error: "the loss is <NaN> in epoch 5")
            : TrialOutcome(
                id: id, state: .completed, stopReason: .earlyStopping, stopEpoch: 5,
                testMetrics: ["test_accuracy": accuracy, "test_loss": 1 / 3.0 + Double(number)],
                confusion: ["validation": matrix(shift: 0), "test": matrix(shift: number)],
                reliability: [
                    "validation": reliability, "test": .init(bins: reliability.bins, calibrated: calibrated),
                ],
                pseudoLabels: PseudoLabelTally(offered: 100, kept: 60, known: 50, right: 45))
        records.append(.trialFinished(.init(outcome: outcome, unix: 1_700_000_010)))
        return records
    }

    /// Five bins, of which the second has few samples and the first none.
    static let reliability = Reliability(bins: [
        .init(count: 0, right: 0, confidence: 0), .init(count: 4, right: 2, confidence: 1.25),
        .init(count: 16, right: 4, confidence: 8), .init(count: 20, right: 15, confidence: 14),
        .init(count: 40, right: 39, confidence: 36),
    ])
    static let calibrated = Reliability.Calibrated(temperature: 1.25, error: 0.03125)

    static func matrix(shift: Int) -> ConfusionMatrix {
        ConfusionMatrix(classes: ["cat", "dog", "<fox>"], counts: [30 + shift, 2, 0, 3, 25, 1, 0, 4, 5])
    }

    /// Writes a study's folder, as a coordinator leaves it.
    static func write(_ values: [[Double?]], to folder: StudyFolder) throws {
        let state = try state(values)
        let file = try file()
        let journal = try { () throws -> Journal in
            let lock = try StudyLock(folder)
            return try withExtendedLifetime(lock) { try Journal.open(folder).journal }
        }()
        for record in records(values) { journal.append(record) }
        try journal.commit()
        try AtomicFile.write(text, to: folder.experimentPath)
        try AtomicFile.write(file.resolvedYAML(), to: folder.resolvedPath)
        let bytes = try StudyFile.encode(
            state: state, terms: StudyTerms(file.experiment),
            provenance: Provenance(experiment: text, resolved: file.resolvedYAML(), workers: state.workers))
        try AtomicFile.write(bytes, to: folder.studyFilePath)
    }
}
