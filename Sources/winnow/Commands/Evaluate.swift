import ArgumentParser
import Charts
import Compute
import Console
import Prediction
import Studies
import StudyStore
import Worker

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a trained model: all metrics, what it confuses, and its worst mistakes.",
        discussion: """
            Without DATA, on the test rows that its training left out: the numbers are those of the study. With DATA, on a \
            table, pictures or an HDF5 file like those that it was trained on, with targets.

            Example: winnow evaluate studies/digits
            Example: winnow evaluate studies/housing newer.csv --json
            """)

    @Argument(help: ModelPath.help, completion: .file())
    var model: String

    @Argument(help: "Other data, with targets. (default: the study's test rows)", completion: .file())
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The base of the experiment's relative data paths. (default: the folder of the study's experiment file)",
            valueName: "dir"),
        completion: .directory)
    var localData: String?

    @Option(help: ArgumentHelp("How many of the worst mistakes are listed.", valueName: "number"))
    var mistakes = 10

    @Flag(help: "One JSON document instead of text.")
    var json = false

    func validate() throws { guard mistakes >= 0 else { throw ValidationError("--mistakes must not be negative") } }

    func run() throws {
        let path = try ModelPath.resolve(model)
        let checkpoint = try StoredModel.checkpoint(at: path)
        let evaluation: ModelEvaluation
        if let data {
            guard let preparation = checkpoint.preparation else { throw PredictionError.noPreparation(path) }
            evaluation = try ModelEvaluation(checkpoint, preparation, on: data, mostMistakes: mistakes)
        } else {
            let created = ModelPath.isStudy(model) ? try Journal.readCreation(StudyFolder(model)) : nil
            evaluation = try ModelEvaluation(
                checkpoint, ownDataIn: localData ?? created?.folder ?? ".", mostMistakes: mistakes)
        }
        print(json ? try document(evaluation, path) : text(evaluation, path), terminator: "")
    }

    private func text(_ evaluation: ModelEvaluation, _ path: String) -> String {
        var metrics = TextTable(["metric", "value"])
        for (name, value) in evaluation.metrics.sorted(by: { $0.key < $1.key }) {
            metrics.add([name, Numeral.metric(value)])
        }
        var text = "\(path) on \(evaluation.sampleCount) samples\n\n" + metrics.text(columns: Terminal.output.columns)
        if let confusion = evaluation.confusion {
            text += "\n" + ConfusionText(matrix: confusion, part: "test").text(columns: Terminal.output.columns)
        }
        if let reliability = evaluation.reliability { text += "\n" + self.text(reliability) }
        guard !evaluation.mistakes.isEmpty else { return text }
        let measure = evaluation.confusion == nil ? "off by" : "probability of the truth"
        var table = TextTable(["row", "truth", "prediction", measure])
        for mistake in evaluation.mistakes {
            table.add(["\(mistake.row)", mistake.truth, mistake.prediction, Numeral.metric(mistake.measure)])
        }
        return text + "\nthe worst mistakes (rows count from 0)\n" + table.text(columns: Terminal.output.columns)
    }

    /// How often predictions of about the same confidence are right: a reliability diagram in text.
    private func text(_ reliability: Reliability) -> String {
        var table = TextTable(["confidence", "samples", "mean confidence", "right"])
        for (index, bin) in reliability.bins.enumerated() {
            guard let confidence = bin.meanConfidence, let accuracy = bin.accuracy else { continue }
            table.add([
                Numeral.edges(reliability.range(index)), "\(bin.count)", Numeral.metric(confidence),
                Numeral.metric(accuracy),
            ])
        }
        var text = "how sure the model is, and how often right\n" + table.text(columns: Terminal.output.columns)
        if let calibrated = reliability.calibrated {
            text +=
                "with the temperature \(Numeral.metric(calibrated.temperature)) of the validation part "
                + "(predict --calibrated) the calibration error is \(Numeral.metric(calibrated.error))\n"
        }
        return text
    }

    private func document(_ evaluation: ModelEvaluation, _ path: String) throws -> String {
        try JSONObject([
            "model": path, "samples": evaluation.sampleCount, "metrics": evaluation.metrics,
            "confusion": evaluation.confusion.map(StudyResults.json),
            "calibration": evaluation.reliability.map(StudyResults.json),
            "mistakes": evaluation.mistakes.map { mistake in
                JSONObject([
                    "row": mistake.row, "truth": mistake.truth, "prediction": mistake.prediction,
                    "measure": mistake.measure,
                ])
            },
        ]).text()
    }
}
