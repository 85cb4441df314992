import ArgumentParser
import Console
import Experiments
import Export
import Files
import Foundation
import Glibc
import Prediction
import Studies
import StudyStore

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a model or a study in a form that other programs read.",
        discussion: """
            A model is a study's folder, of which the selected trial's is taken, or a best.h5.

              --onnx         preprocessing and net in one graph (onnxruntime and others)
              --safetensors  the weights, under PyTorch's names

            A study's trials, one a row; with --epochs its epochs:

              --csv, --parquet

              --tensorboard  a folder of event files, one for each trial
              --optuna       a journal that optuna-dashboard and JournalStorage open

            Example: winnow export studies/digits --onnx digits.onnx
            Example: winnow export studies/digits --parquet --epochs curves.parquet
            """)

    enum Format: String, EnumerableFlag {
        case onnx, safetensors, csv, parquet, tensorboard, optuna
    }

    @Argument(help: "A study's folder, or a best.h5.", completion: .file())
    var source: String

    @Argument(help: "The file or, for --tensorboard, the folder to write.", completion: .file())
    var output: String

    @Flag(exclusivity: .exclusive)
    var format: Format

    @Flag(help: "With --csv and --parquet: one row for each epoch, instead of one for each trial.")
    var epochs = false

    @Flag(help: "Replaces an existing file.")
    var force = false

    func validate() throws {
        guard !epochs || format == .csv || format == .parquet else {
            throw ValidationError("--epochs goes with --csv and --parquet")
        }
    }

    func run() throws {
        guard force || access(output, F_OK) != 0 else {
            throw Failure(.usage, "\(output): there is such a file; --force replaces it")
        }
        switch format {
        case .onnx: try write(ONNXModel.encode(StoredModel(path: ModelPath.resolve(source))))
        case .safetensors: try write(SafeTensors.encode(StoredModel(path: ModelPath.resolve(source))))
        case .csv: try write(table().csv())
        case .parquet: try write(Parquet.encode(table()))
        case .tensorboard: try writeLog()
        case .optuna:
            let (state, experiment) = try study()
            try write(
                OptunaJournal.encode(
                    state, name: experiment.name ?? "winnow", rule: experiment.train.select,
                    search: experiment.search))
        }
    }

    private func study() throws -> (StudyState, Experiment) {
        guard ModelPath.isStudy(source) else {
            throw Failure(.usage, "\(source): --\(format.rawValue) is of a study: give its folder")
        }
        let reader = try StudyReader(StudyFolder(source))
        let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
        return (reader.state, file.experiment)
    }

    private func table() throws -> ResultTable {
        let (state, experiment) = try study()
        return epochs
            ? ResultTable(epochsOf: state) : ResultTable(trialsOf: state, rule: experiment.train.select)
    }

    private func write(_ bytes: [UInt8]) throws {
        let file = try PartialFile<ExportError>(for: output)
        try file.append(bytes)
        try file.publish()
        Terminal.errors.line("\(output): \(Figure.bytes(bytes.count))")
    }

    private func writeLog() throws {
        let files = TensorBoardLog.files(of: try study().0)
        for (folder, bytes) in files {
            let path = "\(output)/\(folder)"
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                throw Failure(.badInput, "\(path): cannot be made: \(error.localizedDescription)")
            }
            let file = try PartialFile<ExportError>(for: "\(path)/events.out.tfevents.winnow")
            try file.append(bytes)
            try file.publish()
        }
        Terminal.errors.line("\(output): \(files.count) runs; to look at them: tensorboard --logdir \(output)")
    }
}
