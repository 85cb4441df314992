internal import CPosix
internal import CSupervisor
internal import Foundation
internal import Glibc
package import Studies

/// A program in a process of its own, of which nothing outlives it: neither what it has started, however it has let go of
/// it, nor, where this process dies first, the program itself.
///
/// Used by one thread, which polls ``output``, ``errors`` and ``reports``.
package final class SupervisedProcess {
    /// What is to be run.
    package struct Program: Hashable, Sendable {
        /// The program's file.
        package var path: String
        /// What it is called with, its own name first.
        package var arguments: [String]
        package var environment: [String: String]
        /// Its working folder.
        package var folder: String
        /// The processors that it may run on; nil for all of this process.
        package var processors: [Int]?
        /// Bytes of memory that its processes may have: each for itself where no control group bounds them together; nil
        /// without a limit.
        package var memory: Int?

        package init(
            path: String, arguments: [String], environment: [String: String], folder: String, processors: [Int]? = nil,
            memory: Int? = nil
        ) {
            self.path = path
            self.arguments = arguments
            self.environment = environment
            self.folder = folder
            self.processors = processors
            self.memory = memory
        }
    }

    /// What becomes of it.
    package enum Report: Hashable, Sendable {
        case started(process: Int32)
        /// It cannot be run.
        case refused(code: Int32)
        /// It has ended, and so has all that it had started.
        case ended(ProcessEnd, memory: Int, processorTime: Duration)
        /// The supervisor has been killed.
        case lost
    }

    /// The reading ends of its standard output and standard error, which do not block.
    package let output: Int32
    package let errors: Int32
    /// Readable when ``nextReport()`` has something.
    package let reports: Int32
    private let control: Int32
    private let supervisor: pid_t
    private var isOver = false
    /// The program's process group; nil before it has started.
    private var group: Int32?

    /// - Throws: ``ProcessError`` where the system gives no process or descriptor.
    ///
    /// - Parameter group: the control group that it is to be in.
    package init(_ program: Program, in group: TrialGroup? = nil) throws(ProcessError) {
        var out: [Int32] = [-1, -1]
        var err: [Int32] = [-1, -1]
        guard winnow_pipe_cloexec(&out) == 0, winnow_pipe_cloexec(&err) == 0 else {
            let code = errno
            for end in out + err where end >= 0 { close(end) }
            throw ProcessError.cannotStart(program.path, code: code)
        }
        var mask = [UInt](repeating: 0, count: 1 + (program.processors?.max() ?? 0) / UInt.bitWidth)
        for number in program.processors ?? [] {
            mask[number / UInt.bitWidth] |= 1 << UInt(number % UInt.bitWidth)
        }
        var arguments = program.arguments.map { strdup($0) } + [nil]
        var environment = program.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var (control, reports): (Int32, Int32) = (-1, -1)
        let result = mask.withUnsafeBufferPointer { mask in
            program.path.withCString { path in
                program.folder.withCString { folder in
                    arguments.withUnsafeMutableBufferPointer { arguments in
                        environment.withUnsafeMutableBufferPointer { environment in
                            var described = winnow_program(
                                path: path, arguments: arguments.baseAddress, environment: environment.baseAddress,
                                folder: folder, output: out[1], errors: err[1], processors: mask.baseAddress,
                                processors_size: program.processors == nil ? 0 : mask.count * MemoryLayout<UInt>.size,
                                memory: UInt64(program.memory ?? 0),
                                memory_group: group?.joining[0] ?? -1, group: group?.joining[1] ?? -1,
                                group_bounds_memory: group?.isBounded == true ? 1 : 0)
                            return winnow_supervise(&described, &control, &reports)
                        }
                    }
                }
            }
        }
        close(out[1])
        close(err[1])
        guard result > 0 else {
            close(out[0])
            close(err[0])
            throw ProcessError.cannotStart(program.path, code: -result)
        }
        (output, errors) = (out[0], err[0])
        (self.control, self.reports) = (control, reports)
        supervisor = result
        for end in [output, errors, reports] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// Ends the program and all that it has started, if it still runs.
    deinit {
        close(control)
        waitpid(supervisor, nil, 0)
        for end in [output, errors, reports] { close(end) }
    }

    /// Sends a signal to the program's process group; SIGKILL ends all that it has started as well.
    package func send(signal: Int32) {
        var number = signal
        // Its supervisor may have ended; SIGPIPE is ignored.
        _ = write(control, &number, MemoryLayout<Int32>.size)
    }

    /// The processor time that the processes of its group have had so far, in the system's ticks: what shows that a program
    /// which says nothing is at work.
    package var ticks: Int {
        guard let group else { return 0 }
        var sum = 0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int32(name) != nil {
            guard let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8) else { continue }
            // The name, in brackets, may have spaces and brackets itself (proc_pid_stat(5)).
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 14, Int32(fields[3]) == group else { continue }
            sum += (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
        }
        return sum
    }

    /// The next thing that has happened; nil where nothing has. After `ended`, `refused` and `lost` comes nothing.
    package func nextReport() -> Report? {
        guard !isOver else { return nil }
        var report = winnow_report()
        let count = read(reports, &report, MemoryLayout<winnow_report>.size)
        if count < 0 { return nil }
        guard count == MemoryLayout<winnow_report>.size else {
            isOver = true
            return .lost
        }
        switch report.kind {
        case Int32(winnow_program_started):
            group = report.value
            return .started(process: report.value)
        case Int32(winnow_program_refused):
            isOver = true
            return .refused(code: report.value)
        default:
            isOver = true
            return .ended(
                ProcessEnd(waitStatus: report.value), memory: Int(report.resident) << 10,
                processorTime: .microseconds(report.time))
        }
    }
}

/// A program that cannot be run.
package enum ProcessError: Error, Hashable, CustomStringConvertible {
    /// No such program is there; `folders` says where it was looked for.
    case notFound(String, folders: String)
    case notExecutable(String)
    case cannotStart(String, code: Int32)

    package var description: String {
        switch self {
        case .notFound(let name, let folders): "\(name): there is no such program in \(folders)"
        case .notExecutable(let path): "\(path): is not executable; make it so with: chmod +x"
        case .cannotStart(let path, let code):
            "\(path): cannot be run: \(String(cString: strerror(code)))"
                + (code == ENOEXEC ? "; a script begins with a line such as #!/bin/sh" : "")
        }
    }
}

extension SupervisedProcess.Program {
    /// The file of a command: as it stands where it has a slash, otherwise looked for in the folders of `path`.
    ///
    /// - Parameters:
    ///   - folder: where relative names start from.
    ///   - path: as `PATH` has it.
    /// - Throws: ``ProcessError``.
    package static func locate(_ name: String, from folder: String, path: String) throws(ProcessError) -> String {
        if name.contains("/") {
            let file = name.hasPrefix("/") ? name : "\(folder)/\(name)"
            guard isFile(file) else { throw .notFound(name, folders: folder) }
            guard access(file, X_OK) == 0 else { throw .notExecutable(name) }
            return file
        }
        var found: String?
        for part in path.split(separator: ":") {
            let file = "\(part)/\(name)"
            guard isFile(file) else { continue }
            if access(file, X_OK) == 0 { return file }
            found = found ?? file
        }
        if let found { throw .notExecutable(found) }
        throw .notFound(name, folders: "PATH (\(path))")
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
