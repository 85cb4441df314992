import Experiments
import Foundation
import Testing

/// Experiments whose trials are programs.
@Suite struct ProgramReadingTests {
    private static let whole = """
        name: digits
        seed: 3
        program:
          command: [python, train.py, "${args}", "--out=${checkpoint}/${lr}-${trial}", "$${HOME}"]
          epochs: 30
          files: [train.py, ./lib/]
          environment: {PYTHONHASHSEED: 0, EMPTY: }
          metrics: {pattern: {val_loss: 'loss=([0-9.e-]+)'}}
          needs: {cpus: 2, gpus: 0.5, memory: 4G}
          stop: {signal: SIGINT, grace: 5s}
        select: {monitor: val_loss, goal: minimize}
        search: {sampler: random, trials: 4, parameters: {lr: {min: 1.0e-5, max: 0.1, scale: log}, fast: {values: [true, false]}}}

        """

    private static func file(_ text: String) throws -> ExperimentFile { try ExperimentFile(text: text, name: "e.yaml") }

    private static func program(_ text: String) throws -> ProgramDescription {
        guard case .command(let program) = try file(text).experiment.program else {
            throw ExperimentError(file: "", message: "no program")
        }
        return program
    }

    @Test func everythingIsRead() throws {
        let file = try Self.file(Self.whole)
        let program = try Self.program(Self.whole)
        #expect(program.epochs == 30 && program.files == ["train.py", "lib"])
        #expect(program.environment == ["PYTHONHASHSEED": "0", "EMPTY": ""])
        guard case .patterns(let patterns) = program.metrics else { throw ExperimentError(file: "", message: "") }
        #expect(patterns.map(\.metric) == ["val_loss"] && patterns[0].expression == "loss=([0-9.e-]+)")
        #expect(program.needs.processors == 2 && program.needs.gpus == 0.5 && program.needs.memory == 4 << 30)
        #expect(program.stop.signal == .interrupt && program.stop.grace == .seconds(5))
        #expect(file.experiment.train.select == .init(monitor: "val_loss", goal: .minimize))
        #expect(file.experiment.train.epochs == 30 && file.experiment.training == nil)
        #expect(file.experiment.search.parameters.map(\.path) == ["lr", "fast"])
    }

    @Test func theResolvedFileSaysTheSame() throws {
        let file = try Self.file(Self.whole)
        let again = try Self.file(file.resolvedYAML())
        #expect(again.experiment == file.experiment && again.resolvedYAML() == file.resolvedYAML())
        #expect(again.identity == file.identity)
    }

    @Test func wordsStandForWhatATrialIsGiven() throws {
        let values = CommandTemplate.Values(
            parameters: [.init(path: "lr", value: .double(0.01)), .init(path: "fast", value: .bool(false))], seed: 9,
            trial: 7, attempt: 2, epochs: nil, checkpoint: "/c")
        #expect(
            try Self.program(Self.whole).command.words(values)
                == ["python", "train.py", "--lr=0.01", "--fast=false", "--out=/c/0.01-7", "${HOME}"])
        let flags = """
            program: {command: [run, "${args}", "${overrides}", "s${seed}a${attempt}e${epochs}"], booleans: flags}
            select: {monitor: m, goal: maximize}
            search: {trials: 1, parameters: {lr: {min: 0, max: 1}, fast: {values: [true, false]}, slow: {values: [true]}}}

            """
        var more = values
        more.parameters = Assignment(values.parameters.elements + [.init(path: "slow", value: .bool(true))])
        #expect(
            try Self.program(flags).command.words(more)
                == ["run", "--lr=0.01", "--slow", "lr=0.01", "fast=false", "slow=true", "s9a2e"])
    }

    @Test func budgetNeedsAndStopMakeNoOtherExperiment() throws {
        let other = Self.whole.replacingOccurrences(of: "epochs: 30", with: "epochs: 40")
            .replacingOccurrences(of: "cpus: 2", with: "cpus: 4").replacingOccurrences(of: "SIGINT", with: "SIGTERM")
        #expect(try Self.file(other).identity == Self.file(Self.whole).identity)
        let command = Self.whole.replacingOccurrences(of: "train.py, \"${args}\"", with: "train.py, -v, \"${args}\"")
        #expect(try Self.file(command).identity != Self.file(Self.whole).identity)
    }

    @Test(arguments: [
        ("command: python train.py", "must be a list of words"),
        ("command: []", "must begin with the program's name"),
        ("command: [a, \"x${args}\"]", "must be a word of its own"),
        ("command: [a, \"${lrr}\"]", "unknown placeholder \"lrr\" (did you mean \"lr\"?)"),
        ("command: [a], files: [../b]", "must be a path below the experiment file's folder"),
        ("command: [a], files: [/etc/passwd]", "must be a path below the experiment file's folder"),
        ("command: [a], environment: {WINNOW_SEED: 1}", "are set by Winnow"),
        ("command: [a], metrics: {pattern: {m: '('}}", "is no regular expression"),
        ("command: [a], metrics: {jsonl: a, csv: b}", "give one of auto, jsonl, csv, tensorboard, pattern"),
        ("command: [a], metrics: {jsnl: a}", "(did you mean \"jsonl\"?)"),
        ("command: [a], needs: {gpus: 1.5}", "a share of one GPU, or a whole number"),
        ("command: [a], needs: {memory: 4 gigs}", "a number of bytes"),
        ("command: [a], stop: {signal: SIGKILL}", "unknown signal \"SIGKILL\""),
        ("epochs: 3", "the key \"command\" is missing"),
    ])
    func mistakesAreNamed(_ program: String, _ words: String) throws {
        let text = """
            program: {\(program)}
            select: {monitor: m, goal: minimize}
            search: {trials: 1, parameters: {lr: {min: 0, max: 1}}}

            """
        let error = #expect(throws: ExperimentError.self) { try Self.file(text) }
        #expect(try "\(#require(error))".contains(words), "\(error!)")
    }

    @Test(arguments: [
        ("data: {source: digits}\n", "data: belongs to Winnow's own training"),
        ("train: {epochs: 3}\n", "train: belongs to Winnow's own training"),
    ])
    func whatBelongsToTheBuiltInTrainingIsRefused(_ more: String, _ words: String) throws {
        let text = "program: {command: [a]}\nselect: {monitor: m, goal: minimize}\n\(more)"
        let error = #expect(throws: ExperimentError.self) { try Self.file(text) }
        #expect(try "\(#require(error))".contains(words), "\(error!)")
    }

    @Test(arguments: ["a b", "-a", "a=b"]) func aParameterIsAnArgumentsName(_ name: String) throws {
        let text = """
            program: {command: [a]}
            select: {monitor: m, goal: minimize}
            search: {trials: 1, parameters: {"\(name)": {min: 0, max: 1}}}

            """
        let error = #expect(throws: ExperimentError.self) { try Self.file(text) }
        #expect(try "\(#require(error))".contains("cannot be an argument's name"), "\(error!)")
    }

    @Test func aMonitorIsNeededWithItsGoal() throws {
        for (select, word) in [("", "monitor"), ("select: {monitor: m}\n", "goal")] {
            let error = #expect(throws: ExperimentError.self) { try Self.file("program: {command: [a]}\n\(select)") }
            #expect(try "\(#require(error))".contains("the key \"\(word)\" is missing"), "\(error!)")
        }
    }

    /// `select` may stand at the root for the built-in training, too, and means the same.
    @Test func theBuiltInTrainingTakesSelectAtTheRoot() throws {
        let plain = "data: {source: digits}\nmodel: {preset: mnist_cnn}\n"
        let rule = "{monitor: validation_accuracy}"
        let root = try Self.file("\(plain)select: \(rule)\n")
        let train = try Self.file("\(plain)train: {select: \(rule)}\n")
        #expect(root.experiment == train.experiment && root.identity == train.identity)
        let error = #expect(throws: ExperimentError.self) {
            try Self.file("\(plain)train: {select: \(rule)}\nselect: \(rule)\n")
        }
        #expect(try "\(#require(error))".contains("say it once"), "\(error!)")
    }
}
