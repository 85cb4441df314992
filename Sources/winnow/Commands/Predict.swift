import ArgumentParser
import Charts
import Console
import Files
import Foundation
import Prediction
import Studies
import StudyStore
import Worker

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a trained model about new data.",
        discussion: """
            DATA is a CSV table with the model's columns (others are left out), a picture, a folder of pictures, or an HDF5 \
            or .npz file with x. Numbers come in the target's own units, classes with the probability of each. The data \
            need not be scaled: the model knows how.

            Example: winnow predict studies/housing new.csv
            Example: winnow predict studies/digits/trials/00003/best.h5 pictures --output classes.json
            Example: winnow predict studies/housing new.csv --ensemble seeds
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

    @Option(
        help: ArgumentHelp(
            "Several of the study's models together: those of the selected point's seeds ('seeds'), or those of so many of "
                + "the best points.", valueName: "seeds or number"))
    var ensemble: EnsembleChoice?

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
        let models = try members()
        let model = models.models[0]
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
            try writer.write(try models.predict(block.samples, isCalibrated: calibrated), names: block.names)
            count += block.names.count
            next = try input.next()
        }
        try writer.finish()
        try file?.publish()
        if let output { Terminal.errors.line("\(count) predictions in \(output)") }
    }
}

extension Predict {
    /// The models that are asked; of several, it is said what they gain.
    private func members() throws -> Ensemble {
        guard let ensemble else { return try Ensemble(paths: [ModelPath.resolve(model)]) }
        guard ModelPath.isStudy(model) else {
            throw Failure(.usage, "\(model): --ensemble takes the models of a study: give its folder")
        }
        let paths = try ModelPath.ensemble(of: model, ensemble)
        let models = try Ensemble(paths: paths)
        let created = try Journal.readCreation(StudyFolder(model))
        guard let gain = try? EnsembleGain(paths: paths, folder: created?.folder ?? ".") else {
            Terminal.errors.line(
                "winnow: an ensemble of \(paths.count) models, which were not validated on the same samples, or whose data "
                    + "are not here: what it gains is not known")
            return models
        }
        Terminal.errors.line(
            "winnow: an ensemble of \(paths.count) models; on \(gain.sampleCount) validation samples: \(words(gain))")
        return models
    }

    private func words(_ gain: EnsembleGain) -> String {
        let values = gain.models.map(\.value)
        let best = (gain.isClassification ? values.max() : values.min()) ?? .nan
        let mean = values.reduce(0, +) / Double(values.count)
        let name = gain.isClassification ? "accuracy" : "rmse"
        var text =
            "\(name) \(Numeral.metric(gain.together.value)), of one model \(Numeral.metric(mean)) on average and "
            + "\(Numeral.metric(best)) at best"
        if let entropy = gain.together.crossEntropy {
            let each = gain.models.compactMap(\.crossEntropy)
            let average = each.reduce(0, +) / Double(each.count)
            text += "; cross_entropy \(Numeral.metric(entropy)), of one model \(Numeral.metric(average)) on average"
        }
        return text
    }
}

/// Which models of a study are asked together.
enum EnsembleChoice: ExpressibleByArgument {
    case seeds
    case best(Int)

    init?(argument: String) {
        if argument == "seeds" {
            self = .seeds
        } else if let count = Int(argument), count >= 2 {
            self = .best(count)
        } else {
            return nil
        }
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

    /// The checkpoints of several trials of a study, the best first.
    ///
    /// - Throws: ``Failure`` where there are fewer than two.
    static func ensemble(of path: String, _ choice: EnsembleChoice) throws -> [String] {
        let results = try StudyResults(StudyReader(StudyFolder(path)))
        let trials: [TrialState] =
            switch choice {
            case .seeds: (results.ranking.winner?.trials ?? []).map { results.trials[$0] }
            case .best(let count):
                results.ranking.order.compactMap { results.ranking.standings[$0].best }.prefix(count)
                    .map { results.trials[$0] }
            }
        let paths = trials.filter { $0.phase == .completed }
            .compactMap { ModelFile($0, in: results.folder).path }.filter { $0.hasSuffix(".h5") }
        guard paths.count >= 2 else {
            throw Failure(
                .failed, "\(path): there are \(paths.count) models for an ensemble, which takes at least two")
        }
        return paths
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
