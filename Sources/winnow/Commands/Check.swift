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

    func run() throws {
        let input = try ExperimentInput(experiment)
        if printConfig { print(input.file.resolvedYAML(), terminator: "") }
        for remark in input.remarks { Terminal.errors.line(remark) }
        DataWarnings.show(input.data.warnings)
        let counts = input.data.counts
        Terminal.errors.line(
            "\(input.path): \(input.plan.count) trials; \(counts.training) training, "
                + (counts.unlabelled > 0 ? "\(counts.unlabelled) unlabelled, " : "")
                + "\(counts.validation) validation and \(counts.test) test samples of \(input.data.sampleShape); "
                + "\(input.model.parameterCount) parameters")
    }
}
