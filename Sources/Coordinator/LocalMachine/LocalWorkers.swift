import CPosix
import Experiments
package import Studies
import Glibc
import Messaging
import Processes

/// The worker processes that a coordinator starts on its own machine, one slot each.
///
/// Each has the reading end of a pipe as its standard input, of which the coordinator alone holds the other end: when
/// the coordinator ends, however it does, the workers see it and end too.
package final class LocalWorkers {
    private struct Child {
        var pid: pid_t
        var input: Int32
        var started: ContinuousClock.Instant
    }

    private let executable: String
    private let count: Int
    private let arguments: [String]
    private var endpoint: Endpoint?
    private var children: [Child] = []
    private var quickDeaths = 0
    /// The workers are in the coordinator's group.
    private var memoryKills = MemoryKillWatch()

    /// - Parameter arguments: given to each worker besides the endpoint.
    package init(executable: String, count: Int, arguments: [String]) {
        self.executable = executable
        self.count = count
        self.arguments = arguments
    }

    func start(endpoint: Endpoint) throws(LocalWorkersError) {
        self.endpoint = endpoint
        memoryKills = MemoryKillWatch()
        for _ in 0..<count {
            try spawn()
        }
    }

    /// A worker that has ended.
    struct Dead {
        var pid: Int32
        var end: ProcessEnd
    }

    /// Starts a new worker for each that has died.
    ///
    /// - Returns: the dead, and how they ended.
    /// - Throws: ``LocalWorkersError/dieAtOnce(_:)`` where workers keep dying within their first second.
    func replaceDead(isStopping: Bool) throws(LocalWorkersError) -> [Dead] {
        var dead: [Dead] = []
        for child in children {
            var status: Int32 = 0
            guard waitpid(child.pid, &status, WNOHANG) == child.pid else { continue }
            close(child.input)
            children.removeAll { $0.pid == child.pid }
            let end = memoryKills.explained(ProcessEnd(waitStatus: status))
            dead.append(Dead(pid: child.pid, end: end))
            guard !isStopping else { continue }
            quickDeaths = ContinuousClock.now - child.started < .seconds(1) ? quickDeaths + 1 : 0
            guard quickDeaths < 2 * count + 1 else { throw .dieAtOnce(end) }
            try spawn()
        }
        return dead
    }

    /// Waits for the workers' own end, then ends them.
    func waitForEnd(atMost limit: Duration) throws(LocalWorkersError) {
        let deadline = ContinuousClock.now + limit
        for child in children {
            close(child.input)
        }
        while !children.isEmpty, ContinuousClock.now < deadline {
            children.removeAll { waitpid($0.pid, nil, WNOHANG) == $0.pid }
            if !children.isEmpty {
                usleep(2_000)
            }
        }
        for child in children {
            kill(child.pid, SIGKILL)
            waitpid(child.pid, nil, 0)
        }
        children = []
    }

    private func spawn() throws(LocalWorkersError) {
        var ends: [Int32] = [0, 0]
        guard winnow_pipe_cloexec(&ends) == 0 else { throw .cannotStart(executable, code: errno) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C reaches the coordinator alone, which then asks the workers.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = [executable, "worker", endpoint!.description, "--until-input-closes"] + arguments
        var argv = words.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, &argv, environ)
        guard code == 0 else {
            close(ends[1])
            throw .cannotStart(executable, code: code)
        }
        children.append(Child(pid: pid, input: ends[1], started: .now))
    }
}

/// Worker processes that cannot be started or kept alive.
package enum LocalWorkersError: Error, Hashable, CustomStringConvertible {
    case cannotStart(String, code: Int32)
    case dieAtOnce(ProcessEnd)

    package var description: String {
        switch self {
        case .cannotStart(let program, let code):
            "cannot start a worker (\(program)): \(String(cString: strerror(code)))"
        case .dieAtOnce(let end):
            "the workers on this machine end as soon as they start (\(end.description)); their last words are above"
        }
    }
}
