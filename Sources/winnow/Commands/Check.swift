import Experiments
import Search
import Architecture
import ArgumentParser
import Worker

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks an experiment file, its data and its model, and starts nothing.",
        discussion: """
            Example: winnow check Examples/mnist.yaml --print-config
            """)

    @OptionGroup var experiment: ExperimentOptions

    @Flag(help: "Prints the file with every default filled in.")
    var printConfig = false

    @Option(
        help: ArgumentHelp(
            "Shows which metrics are recognised in a log: what a program has printed, or its CSV or JSON lines.",
            valueName: "log"),
        completion: .file())
    var tryMetrics: String?

    func run() throws {
        let input = try ExperimentInput(experiment)
        if printConfig { print(input.file.resolvedYAML(), terminator: "") }
        for remark in input.remarks { Terminal.errors.line(remark) }
        DataWarnings.show(input.warnings)
        Terminal.errors.line("\(input.path): \(input.plan.count) trials; \(description(of: input))")
        if let log = tryMetrics { try MetricTrial(log, of: input).show() }
    }

    private func description(of input: ExperimentInput) -> String {
        switch input.subject {
        case .training(let data, let model):
            let counts = data.counts
            return "\(counts.training) training, "
                + (counts.unlabelled > 0 ? "\(counts.unlabelled) unlabelled, " : "")
                + "\(counts.validation) validation and \(counts.test) test samples of \(data.sampleShape); "
                + "\(model.parameterCount) parameters"
        case .program(let files, _):
            return "each a process of its own, with \(files.count) file\(files.count == 1 ? "" : "s")"
        }
    }
}
