/// How a worker's process ended, as far as its coordinator knows.
package struct ProcessEnd: Hashable, Sendable {
    /// The signal that ended it; nil where it ended by itself.
    package var signal: Int?
    /// What it ended with by itself.
    package var exitCode: Int?
    /// Whether the signal came from the kernel, which was out of memory.
    package var isMemoryKill: Bool

    package init(signal: Int, isMemoryKill: Bool = false) {
        self.signal = signal
        self.isMemoryKill = isMemoryKill
    }

    package init(exitCode: Int) {
        self.exitCode = exitCode
        isMemoryKill = false
    }

    /// "signal 11 (SIGSEGV)", "exit code 1".
    package var description: String {
        guard let signal else { return "exit code \(exitCode ?? 0)" }
        let name = Self.names[signal].map { " (\($0))" } ?? ""
        return "signal \(signal)\(name)" + (isMemoryKill ? " of the kernel's memory killer" : "")
    }

    /// What a person may do about it; nil where nothing is known.
    package var advice: String? {
        if isMemoryKill { return "run fewer workers, or give them more memory" }
        switch signal {
        case 4, 5, 6, 7, 8, 11: return "this is a fault in the program or in a library: please report it"
        default: return nil
        }
    }

    /// The signals that end a process, by Linux's numbers on x86 and ARM (signal(7)).
    private static let names = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
        9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
        24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
}

extension [ProcessEnd] {
    /// How workers ended one after the other, the most frequent way first: "signal 11 (SIGSEGV) 4 times, exit code 1 once".
    ///
    /// - Parameter total: how many workers were lost, also those of which nothing is known.
    package func summary(of total: Int) -> String {
        let counts = Dictionary(grouping: self) { $0 }.mapValues(\.count).sorted {
            ($1.value, $0.key.description) < ($0.value, $1.key.description)
        }
        if counts.count == 1, count == total { return counts[0].key.description }
        let known = counts.map { "\($0.key.description) \($0.value == 1 ? "once" : "\($0.value) times")" }
        let silent = total - count
        return (known + (silent > 0 ? ["silence \(silent == 1 ? "once" : "\(silent) times")"] : []))
            .joined(separator: ", ")
    }
}
