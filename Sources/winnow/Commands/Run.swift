import Search
import ArgumentParser
import Compute
import Coordinator
import Experiments
import Studies
import Glibc
import Messaging
import Processes
import Worker

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains an experiment on this machine, with a coordinator and its workers.",
        discussion: """
            An interrupted study continues where it stopped; a finished one is shown, and nothing is trained twice. \
            Ctrl-C saves the running trials. WINNOW_KERNELS=onednn in the environment leaves convolutions and matrix \
            products to oneDNN.

            Example: winnow run Examples/mnist.yaml --workers 2
            Example: winnow run studies/mnist
            """)

    @OptionGroup var experiment: ExperimentOptions

    @Option(
        help:
            "Worker processes, one trial each at a time. (default: one per processor that this process may use: affinity, cpuset and CPU quota count)"
    )
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "The GPUs that programs may use: all, or numbers with commas, which count within CUDA_VISIBLE_DEVICES where that "
                + "is set. (default: all, if program.needs.gpus asks for any)", valueName: "all|0,2"))
    var gpus: String?

    @OptionGroup var output: StudyOptions
    @OptionGroup(title: "Patience") var leases: LeaseOptions
    @OptionGroup(title: "Logging") var log: LogOptions

    func validate() throws { guard workers ?? 1 > 0 else { throw ValidationError("--workers must be at least 1") } }

    func run() throws {
        // The workers would refuse a wrong environment as well, but one by one, after the study was opened.
        _ = try ComputeBackend.current()
        let input = try ExperimentInput(experiment, isConfirmed: output.yes)
        let socket = try SocketFolder()
        defer { socket.remove() }
        let share = try LocalShare(
            of: input.file.experiment.program, workers: workers, gpus: gpus, trials: input.plan.count)
        let local = LocalWorkers(
            executable: CommandLine.executablePath, count: share.processes,
            arguments: ["--local-data", input.folder] + share.arguments + log.commandLine
                + (input.file.experiment.requires.isEmpty
                    ? [] : ["--tags", input.file.experiment.requires.joined(separator: ",")]))
        var settings = leases.settings(for: input.file.experiment)
        // The workers of this command end with it, so none can return with a trial of an earlier run.
        settings.pool.grace = .zero
        try StudySession(
            input, output, log: log,
            command: "winnow run \(experiment.commandLine)" + (workers.map { " --workers \($0)" } ?? "")
                + (gpus.map { " --gpus \($0)" } ?? "")
                + leases.commandLine
        )
        .run(at: socket.endpoint, settings: settings, workers: local)
    }
}

/// What of this machine a study gets: a process for each of Winnow's own trainings, or one that runs several programs and
/// lends them its GPUs.
private struct LocalShare {
    let processes: Int
    /// For each worker's command line.
    let arguments: [String]

    /// - Parameters:
    ///   - workers: trials at a time; nil for as many as suit the machine.
    ///   - gpus: as `--gpus` has them.
    ///   - trials: how many there are to come.
    /// - Throws: ``Failure`` where the machine has too few GPUs.
    init(of program: TrialProgram, workers: Int?, gpus: String?, trials: Int) throws {
        var count = workers ?? ProcessorAllowance.count
        guard case .command(let program) = program else {
            guard gpus == nil else { throw Failure(.usage, "--gpus is for experiments with a program") }
            (processes, arguments) = (min(count, max(trials, 1)), ["--slots", "1"])
            return
        }
        var words: [String] = []
        if program.needs.gpus > 0 {
            let gpus = gpus ?? "all"
            guard let names = GPUList.read(gpus) else { throw Failure(.usage, GPUList.mistake) }
            guard Double(names.count) >= program.needs.gpus else {
                throw Failure(
                    .badInput,
                    "program.needs.gpus asks for more GPUs than the \(names.count) of this machine; other machines' are used "
                        + "with winnow coordinator and winnow worker --gpus")
            }
            count = workers ?? Int((Double(names.count) / program.needs.gpus).rounded(.down))
            words = ["--gpus", gpus]
        } else if workers == nil {
            count = max(1, count / program.needs.processors)
        }
        (processes, arguments) = (1, ["--slots", "\(min(count, max(trials, 1)))"] + words)
    }
}

extension CommandLine {
    /// The path of this program's file, whatever name called it.
    static var executablePath: String {
        guard let path = realpath("/proc/self/exe", nil) else { return arguments[0] }
        defer { free(path) }
        return String(cString: path)
    }
}

/// A private folder with a short name for the socket between a coordinator and its own workers: the path of a Unix
/// socket has at most 107 bytes, and a study's folder may be deeper than that.
struct SocketFolder {
    let path: String
    let endpoint: Endpoint

    init() throws {
        var template = Array("/tmp/winnow-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(
                .failed, "/tmp: cannot make a folder for the workers' socket: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        endpoint = try Endpoint("ipc://\(path)/coordinator")
    }

    func remove() {
        unlink("\(path)/coordinator")
        rmdir(path)
    }
}
