import Architecture
import ArgumentParser
import Coordinator
import Datasets
import Experiments
import Studies
import Foundation
import Search
import StudyStore
import Worker

/// The experiment file with its overrides, as arguments of every command that reads one.
struct ExperimentOptions: ParsableArguments {
    @Argument(
        help: "The experiment file (YAML), or the folder of a study to continue.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Overrides one key of the file; can be given again.", discussion: "Example: --set train.epochs=5",
            valueName: "key=value"))
    var overrides: [String] = []

    /// The arguments that name this experiment.
    var commandLine: String { ([file] + overrides.flatMap { ["--set", $0] }).map(Self.quoted).joined(separator: " ") }

    /// The word, quoted for a shell if necessary.
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,".contains($0) }
        return plain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

/// An experiment that was read and checked against its data; nothing has been started or written yet.
struct ExperimentInput {
    /// Larger searches need a confirmation.
    private static let mostTrials = 100_000

    let path: String
    /// The experiment as written, which the study keeps.
    let text: String
    let file: ExperimentFile
    let subject: Subject
    let plan: TrialPlan
    /// The base of relative paths in the file.
    let folder: String
    /// The study to continue, if its folder was given in place of a file.
    let study: String?

    /// What the trials work on.
    enum Subject {
        case training(TrialData, ModelGraph)
        case program([SourceFile], digest: String)
    }

    /// - Parameter isConfirmed: whether any number of trials is allowed.
    /// - Throws: ``Failure`` with all mistakes of the file; any error of reading its data.
    init(_ options: ExperimentOptions, isConfirmed: Bool = true) throws {
        path = options.file
        let overrides = try options.overrides.map { try Override($0) }
        let source = try ExperimentSource(path)
        (text, folder, study) = (source.text, source.folder, source.study)
        do {
            file = try ExperimentFile(text: source.content, name: source.name, overrides: overrides)
        } catch {
            let mistakes = ExperimentFile.mistakes(in: source.content, name: source.name, overrides: overrides)
            throw Failure(.badInput, mistakes.isEmpty ? [error] : mistakes)
        }
        let trials = file.experiment.search.trials
        guard trials <= Self.mostTrials || isConfirmed else {
            throw Failure(
                .usage,
                "\(path): \(trials) trials are more than \(Self.mostTrials); to run them all: --yes")
        }
        plan = TrialPlan(file.experiment.search, seed: file.experiment.seed)
        switch file.experiment.program {
        case .builtIn: subject = try Self.training(file, plan, folder: folder)
        case .command(let program): subject = try Self.program(program, path: path, folder: folder)
        }
    }

    private static func program(_ program: ProgramDescription, path: String, folder: String) throws -> Subject {
        let files = try ProgramFiles.list(program.files, in: folder)
        let names = Set(files.map(\.name))
        for word in program.command.plainWords where !word.hasPrefix("/") && !word.hasPrefix("-") {
            let name = word.hasPrefix("./") ? String(word.dropFirst(2)) : word
            var isFolder: ObjCBool = true
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue, !names.contains(name)
            else { continue }
            throw Failure(
                .badInput,
                "\(path): program.command names \(word), which would not be in the trials' working folders: add it to "
                    + "program.files")
        }
        return .program(files, digest: try ProgramFiles.digest(files))
    }

    private static func training(_ file: ExperimentFile, _ plan: TrialPlan, folder: String) throws -> Subject {
        try file.requireFairMonitor()
        let data = try TrialData(file.experiment, folder: folder)
        let model: ModelGraph
        do {
            model = try file.check(with: data.sampleFacts)
        } catch {
            let mistakes = file.mistakes(with: data.facts)
            throw Failure(.badInput, mistakes.isEmpty ? [error] : mistakes)
        }
        for model in file.experiment.modelFiles {
            _ = try GivenModel(GivenModelFile(use: model.use, path: data.path(model.path)))
        }
        let planned = (0..<min(plan.count / plan.seeds, ExperimentFile.mostCombinations)).lazy
            .compactMap { plan.trial($0 * plan.seeds)?.assignment }
        let mistakes = file.mistakesOfTrials(with: data.facts, planned: planned)
        guard mistakes.isEmpty else { throw Failure(.badInput, mistakes) }
        return .training(data, model)
    }

    /// SHA-256 of what the trials work on: the data, or the program's files.
    var digest: String {
        switch subject {
        case .training(let data, _): data.digest
        case .program(_, let digest): digest
        }
    }

    /// What is strange about the data.
    var warnings: [String] {
        if case .training(let data, _) = subject { data.warnings } else { [] }
    }

    /// Bytes of the largest checkpoint that a worker may send.
    var largestCheckpoint: Int {
        switch subject {
        case .training(_, let model): CoordinatorListener.largestCheckpoint(parameters: model.parameterCount)
        // Nobody knows how large: the study's byte budget is the bound.
        case .program: file.experiment.checkpoint.budget ?? 1 << 40
        }
    }

    /// Unexpected facts about the experiment that the user should know.
    var remarks: [String] {
        let search = file.experiment.search
        guard search.asked > search.trials else { return [] }
        let points = search.points == 1 ? "1 point" : "\(search.points) points"
        return [
            "\(path): search.trials asks for \(search.asked), but the search space has only \(points): "
                + "\(search.trials) trials, each point \(search.seeds == 1 ? "once" : "with \(search.seeds) seeds")"
        ]
    }

    /// The files that workers without the data fetch.
    ///
    /// - Throws: if a file has been removed since the data were read.
    func dataFiles() throws -> DataFiles {
        DataFiles(
            digest: digest,
            files: try TravellingFiles.list(file.experiment, folder: folder).map { .init(path: $0.path, name: $0.name) }
        )
    }

    /// ``folder``, independent of the working directory.
    var absoluteFolder: String { URL(fileURLWithPath: folder).standardizedFileURL.path }

    /// The study's default folder: `studies/` and the experiment's name.
    var defaultStudy: String {
        study ?? "studies/"
            + (file.experiment.name ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
    }
}

/// The source of an experiment: its file, or a study's folder.
private struct ExperimentSource {
    /// As written.
    let text: String
    /// The text to parse: for a study, the file with its overrides.
    let content: String
    let name: String
    let folder: String
    let study: String?

    /// - Throws: ``Failure`` if there is neither.
    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            text = try Self.read(path)
            content = text
            name = path
            folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            study = nil
            return
        }
        let study = StudyFolder(path)
        guard let created = try Journal.readCreation(study) else {
            throw Failure(
                .missingInput, "\(path): is a folder, and no study: name an experiment file, or a study's folder")
        }
        text = try Self.read(study.experimentPath)
        content = try Self.read(study.resolvedPath)
        name = study.resolvedPath
        folder = created.folder ?? "."
        self.study = path
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
