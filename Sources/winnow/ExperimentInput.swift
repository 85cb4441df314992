import ArgumentParser
import Architecture
import Coordinator
import Datasets
import Experiments
import Foundation
import Search
import StudyStore
import Worker

/// The experiment file and what is laid over it, as every command that reads one takes them.
struct ExperimentOptions: ParsableArguments {
    @Argument(help: "The experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Overrides one key of the file; can be given again.", discussion: "Example: --set train.epochs=5",
            valueName: "key=value"))
    var overrides: [String] = []
}

/// An experiment that has been read and checked against its data: nothing has been started or written yet.
struct ExperimentInput {
    let path: String
    let text: String
    let file: ExperimentFile
    let data: TrialData
    let model: PlacedModel
    let plan: TrialPlan

    init(_ options: ExperimentOptions) throws {
        path = options.file
        let overrides = try options.overrides.map { try Override($0) }
        text = try Self.read(path)
        file = try ExperimentFile(text: text, name: path, overrides: overrides)
        data = try TrialData(file.experiment, folder: Self.folder(of: path))
        model = try file.check(inputShape: data.sampleShape, classes: data.classes)
        if case .threshold(_, .given(let path)) = file.experiment.pseudoLabel?.kind {
            _ = try TeacherModel(path: data.path(path))
        }
        plan = TrialPlan(file.experiment.search, seed: file.experiment.seed)
    }

    /// What workers that lack the data may fetch.
    ///
    /// - Throws: where a file has gone since the data were read.
    func dataFiles() throws -> DataFiles {
        DataFiles(
            digest: data.digest,
            files: try TravellingFiles.list(file.experiment, folder: folder).map { .init(path: $0.path, name: $0.name) }
        )
    }

    /// The folder that relative paths in the file start from.
    var folder: String { Self.folder(of: path) }

    /// Where the study goes when nobody says: `studies/`, and the experiment's name.
    var defaultStudy: String {
        "studies/" + (file.experiment.name ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    private static func read(_ path: String) throws -> String {
        let bytes: [UInt8]
        do {
            bytes = try StoredBytes.read(path)
        } catch let error where error.systemError == ENOENT {
            throw Failure(.missingInput, "\(path): there is no such experiment file")
        } catch {
            throw Failure(.missingInput, "\(path): cannot be read: \(error.description)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.badInput, "\(path): is not UTF-8 text")
        }
        return text
    }
}
