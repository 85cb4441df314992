import Experiments
import Foundation
import Glibc
import Processes
import Schema
import Studies
import Synchronization

/// Runs trials as programs: each attempt is a process of its own in folders of its own.
package struct ProgramRunner: TrialRunner {
    private let cache: DataCache
    private let devices: Devices
    /// Studies of which it has been told what their programs find here.
    private let described = DescribedStudies()
    private let groups = TrialGroups()
    private let emptied = ProgramFolder.EmptiedFolders()
    private let isAllowed: Bool

    /// - Parameters:
    ///   - cache: finds the programs' files.
    ///   - isAllowed: whether this worker runs programs at all.
    package init(_ cache: DataCache, devices: Devices = Devices(), isAllowed: Bool = true) {
        self.cache = cache
        self.devices = devices
        self.isAllowed = isAllowed
    }

    package func run(_ attempt: TrialAttempt, control: RunControl, report: @escaping ([RunnerEvent]) -> Void) {
        let id = attempt.assign.id
        guard case .command(let program) = attempt.file.experiment.program else {
            preconditionFailure("another runner's trial")
        }
        guard isAllowed else {
            return report([attempt.refused("this worker runs no programs: it was started with --no-programs")])
        }
        guard Double(devices.gpuCount) >= program.needs.gpus else {
            return report([
                attempt.refused(
                    "it needs \(Figures.count(program.needs.gpus)) GPUs, but its worker was given "
                        + "\(devices.gpuCount): winnow worker --gpus")
            ])
        }
        guard let loan = borrow(program.needs, id, control, report) else {
            attempt.discardCheckpoint()
            return report([control.order == .abandon ? .left(id) : .paused(id)])
        }
        defer { devices.giveBack(loan) }
        describeEnvironment(of: attempt, program, control, report)
        ProgramRun.perform(
            attempt, program, cache: cache, loan: loan, emptied: emptied, groups: groups, control: control,
            report: report)
    }

    /// Tells what a study's programs find here, before its first attempt starts.
    private func describeEnvironment(
        of attempt: TrialAttempt, _ program: ProgramDescription, _ control: RunControl,
        _ report: ([RunnerEvent]) -> Void
    ) {
        let study = attempt.assign.id.study
        guard described.insert(study) else { return }
        let environment = ProcessInfo.processInfo.environment.merging(program.environment) { $1 }
        guard
            let path = try? SupervisedProcess.Program.locate(
                program.command.description, from: cache.folder, path: ProgramEnvironment.searchPath(environment))
        else { return }
        let probe = EnvironmentProbe(environment: environment) { control.order != .run }
        let isHere = program.files.isEmpty || cache.hasProgram(program, digest: attempt.assign.dataDigest)
        let findings = probe.find(program: path, folder: isHere ? cache.folder : nil)
        report([.environment(study, findings.values, packages: findings.packages)])
    }

    /// Waits until the machine has what the trial needs.
    ///
    /// - Returns: nil where an order came first.
    private func borrow(
        _ needs: ProgramNeeds, _ id: AttemptID, _ control: RunControl, _ report: ([RunnerEvent]) -> Void
    ) -> Devices.Loan? {
        let ticket = UUID()
        while control.order == .run {
            if let loan = devices.borrow(gpus: needs.gpus, processors: needs.processors, ticket: ticket) { return loan }
            // Nobody shall take it for a trial that hangs.
            report([.progress(.init(id: id, epoch: 0, step: 0, steps: 0, patienceLeft: nil, stage: "waiting"))])
            usleep(20_000)
        }
        devices.leave(ticket)
        return nil
    }
}

private final class DescribedStudies: Sendable {
    private let studies = Mutex<Set<StudyID>>([])

    /// - Returns: whether it is a new one.
    func insert(_ study: StudyID) -> Bool { studies.withLock { $0.insert(study).inserted } }
}

enum Figures {
    /// "2", "0.5".
    static func count(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}

/// What a program finds in its environment.
enum ProgramEnvironment {
    /// Numbers of threads that libraries for arithmetic start.
    private static let threadVariables = [
        "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ]
    private static let gpuVariables = ["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]

    static func searchPath(_ environment: [String: String]) -> String {
        environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// This process's environment, over it what the slot has, Winnow's own variables, and what the experiment sets.
    static func make(
        _ attempt: TrialAttempt, _ program: ProgramDescription, in folder: ProgramFolder, loan: Devices.Loan
    ) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        let assign = attempt.assign
        for name in threadVariables { variables[name] = String(program.needs.processors) }
        if program.needs.gpus > 0 {
            for name in gpuVariables { variables[name] = loan.gpus.joined(separator: ",") }
        }
        // Lines of Python's output come when they are printed.
        variables["PYTHONUNBUFFERED"] = variables["PYTHONUNBUFFERED"] ?? "1"
        variables["WINNOW_PARAMETERS"] = folder.parameters
        variables["WINNOW_METRICS"] = folder.metrics
        variables["WINNOW_CHECKPOINT"] = folder.checkpoint
        variables["WINNOW_SEED"] = String(assign.seed)
        variables["WINNOW_TRIAL"] = String(assign.id.trial)
        variables["WINNOW_ATTEMPT"] = String(assign.id.attempt)
        variables["WINNOW_STUDY"] = assign.id.study.description
        variables["WINNOW_EPOCHS"] = program.epochs.map(String.init)
        variables.merge(program.environment) { $1 }
        return variables
    }
}
