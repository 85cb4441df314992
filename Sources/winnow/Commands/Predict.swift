import ArgumentParser
import Console
import Files
import Foundation
import Prediction
import Studies
import StudyStore

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a trained model about new data.",
        discussion: """
            DATA is a CSV table with the model's columns (others are left out), a picture, a folder of pictures, or an HDF5 \
            file with the dataset x. Numbers come in the target's own units, classes with the probability of each. The data \
            need not be scaled: the model knows how.

            Example: winnow predict studies/housing new.csv
            Example: winnow predict studies/digits/trials/00003/best.h5 pictures --output classes.json
            """)

    @Argument(help: ModelPath.help, completion: .file())
    var model: String

    @Argument(help: "What is to be predicted on.", completion: .file())
    var data: String

    @Option(
        help: ArgumentHelp(
            "Where the answers go: a .csv, .json or .h5 file. (default: standard output, as CSV)", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Probabilities as sure as the validation part has shown that they should be (temperature scaling).")
    var calibrated = false

    func run() throws {
        var format = PredictionWriter.Format.csv
        if let output {
            guard let named = PredictionWriter.Format(path: output) else {
                throw Failure(.usage, "--output \(output): the name must end in .csv, .json or .h5")
            }
            format = named
        }
        let model = try TrainedModel(path: ModelPath.resolve(model))
        guard !calibrated || model.preparation.temperature != nil else {
            throw Failure(
                .usage,
                model.preparation.classNames == nil
                    ? "--calibrated: the model gives numbers, not probabilities"
                    : "--calibrated: the model was not calibrated: train it again")
        }
        let input = try PredictionInput(data, for: model)
        // Nothing is written of data that cannot be used.
        var next = try input.next()
        for note in input.notes { Terminal.errors.line("winnow: \(note)") }
        let file = try output.map { try PartialFile<PredictionError>(for: $0) }
        let writer = try PredictionWriter(
            format, classNames: model.preparation.classNames, heading: input.nameHeading
        ) { bytes in
            if let file {
                try file.append(bytes)
            } else {
                print(String(decoding: bytes, as: UTF8.self), terminator: "")
            }
        }
        var count = 0
        while let block = next {
            try writer.write(try model.predict(block.samples, isCalibrated: calibrated), names: block.names)
            count += block.names.count
            next = try input.next()
        }
        try writer.finish()
        try file?.publish()
        if let output { Terminal.errors.line("\(count) predictions in \(output)") }
    }
}

/// A model as an argument names it.
enum ModelPath {
    static let help: ArgumentHelp = "A study's folder, of which the selected trial's model is taken, or a best.h5."

    /// Whether it is a folder, which is to be a study's.
    static func isStudy(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// - Returns: the path of a checkpoint.
    /// - Throws: ``Failure`` where the study has no model.
    static func resolve(_ path: String) throws -> String {
        guard isStudy(path) else { return path }
        let results = try StudyResults(StudyReader(StudyFolder(path)))
        guard let winner = results.winner else {
            throw Failure(.failed, "\(path): no trial has been selected yet, so that there is no model")
        }
        let model = ModelFile(winner, in: results.folder)
        guard let file = model.path else {
            throw Failure(.failed, "\(path): trial \(winner.number) has no model: \(model.words ?? "none was saved")")
        }
        guard file.hasSuffix(".h5") else {
            throw Failure(
                .failed,
                "\(path): its trials are programs, and \(file) is what the selected one has saved: use it with the program"
            )
        }
        return file
    }
}
