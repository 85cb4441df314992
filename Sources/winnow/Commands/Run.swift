import Search
import ArgumentParser
import Compute
import Coordinator
import Experiments
import Studies
import Glibc
import Messaging
import Processes

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
        let open = input.plan.count
        let local = LocalWorkers(
            executable: CommandLine.executablePath,
            count: min(workers ?? ProcessorAllowance.count, max(open, 1)),
            arguments: ["--local-data", input.folder] + log.commandLine
                + (input.file.experiment.requires.isEmpty
                    ? [] : ["--tags", input.file.experiment.requires.joined(separator: ",")]))
        var settings = leases.settings(for: input.file.experiment)
        // The workers of this command end with it, so none can return with a trial of an earlier run.
        settings.pool.grace = .zero
        try StudySession(
            input, output, log: log,
            command: "winnow run \(experiment.commandLine)" + (workers.map { " --workers \($0)" } ?? "")
                + leases.commandLine
        )
        .run(at: socket.endpoint, settings: settings, workers: local)
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
