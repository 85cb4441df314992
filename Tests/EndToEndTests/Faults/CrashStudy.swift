import Experiments
import Studies
import Foundation
import StudyStore
import TestSupport
import Testing

/// A study that takes a second: run to its end once, undisturbed and watched, and then again and again with disasters.
struct CrashStudy {
    let folder: TemporaryDirectory
    let shim: DiskShim
    let log: DiskLog
    private let undisturbed: StudyFingerprint

    /// Checkpoints on their way all the time, so that most points lie around them.
    static let experiment = """
        name: crash
        seed: 11
        data: {source: housing, scale_target: true, batch_size: 1}
        model: {preset: regressor, hidden: 24, dropout: 0.2}
        loss: {kind: mean_squared_error}
        train: {epochs: 4}
        checkpoint: {every: 1ms}
        search:
          sampler: random
          trials: 2
          parameters:
            optimizer.learning_rate: {min: 1.0e-3, max: 0.1, scale: log}

        """

    init() async throws {
        folder = try TemporaryDirectory()
        shim = try DiskShim()
        try folder.write(Self.experiment, to: "crash.yaml")
        let run = try await Winnow.run(
            Self.words(study: "undisturbed"), in: folder,
            environment: shim.environment(study: folder.file("undisturbed"), log: folder.file("log")))
        guard run.status == 0 else { throw UnexpectedEnd(run) }
        log = try DiskLog(folder.file("log"), study: folder.file("undisturbed"))
        undisturbed = try StudyFingerprint(of: folder.file("undisturbed"))
    }

    /// One worker: the order of what happens is nearly the same each time.
    static func words(study: String) -> [String] {
        ["run", "crash.yaml", "--workers", "1", "--study", study]
    }

    /// Goes on with what a disaster left in `study` and judges the end.
    ///
    /// - Returns: what is wrong, one line each.
    func goOn(_ study: String, promised: [Acknowledgement]) async throws -> [String] {
        let path = StudyFolder(folder.file(study))
        let survived = try Journal.read(path)
        var wrong = Acknowledgement.broken(promised, by: survived).map { "acknowledged, but not there: \($0)" }
        let run = try await Winnow.run(Self.words(study: study), in: folder)
        guard run.status == 0 else {
            return wrong + ["the next run ended with \(run.status.map(String.init) ?? "a signal"): \(run.errors)"]
        }
        wrong += Acknowledgement.forgotten(promised, by: try Journal.read(path))
        let epochs = try StudyRecords(of: path.path).epochs
        if epochs != [4, 4] { wrong.append("the histories have \(epochs) epochs") }
        return wrong
    }

    /// Which of `studies` do not come to what the undisturbed one came to.
    func differences(_ studies: [String]) throws -> [String] {
        // One that could not be brought to an end has been told of.
        let studies = studies.filter { FileManager.default.fileExists(atPath: folder.file("\($0)/study.h5")) }
        let found = try StudyFingerprint.all(of: studies.map(folder.file))
        return zip(studies, found).flatMap { study, fingerprint in
            fingerprint.differences(from: undisturbed).map { "\(study): \($0) is not as in the undisturbed study" }
        }
    }
}
