internal import CPosix
internal import Foundation
internal import Glibc
package import Studies

/// The Linux control groups of a process: how much processor time they leave it, and whom the kernel killed in them.
///
/// Both hierarchies are read, cgroup v2 (one tree) and v1 (a tree for each controller), also where a container sees
/// only a part of them. What cannot be read limits nothing. The files are looked for below `root`.
///
/// Sources: cgroups(7), proc_pid_mountinfo(5), the kernel's `admin-guide/cgroup-v2` and `scheduler/sched-bwc`.
package struct ControlGroups: Sendable {
    private let root: String
    /// The process's folders in the v2 tree, from its own group up to the topmost that is mounted.
    private let unified: [String]
    /// The same in the v1 trees of the controllers `cpu` and `memory`.
    private let processor: [String]
    private let memory: [String]

    /// - Parameters:
    ///   - root: what stands for `/`.
    ///   - process: as a folder of `/proc` is named.
    package init(root: String = "", process: String = "self") {
        self.root = root
        let groups = Self.text("\(root)/proc/\(process)/cgroup").split(separator: "\n").map(Membership.init)
        let mounts = Self.text("\(root)/proc/\(process)/mountinfo").split(separator: "\n").compactMap(Mount.init)
        func folders(_ controller: String?) -> [String] {
            guard let group = groups.first(where: { $0.isMember(of: controller) }) else { return [] }
            let trees = mounts.filter { $0.carries(controller) }
            // A later mount hides an earlier one; one that shows another part of the tree says nothing of this process.
            return (trees.last { $0.shows(group.path) } ?? trees.last)?.folders(of: group.path) ?? []
        }
        unified = folders(nil)
        processor = folders("cpu")
        memory = folders("memory")
    }

    /// Processors' worth of time in each period, the smallest along the path; nil where nothing limits it.
    package var quota: Double? {
        let second = unified.compactMap { folder -> Double? in
            let words = read("\(folder)/cpu.max").split(whereSeparator: \.isWhitespace)
            guard words.count == 2 else { return nil }
            return Self.quota(words[0], of: words[1])
        }
        let first = processor.compactMap { folder in
            Self.quota(read("\(folder)/cpu.cfs_quota_us"), of: read("\(folder)/cpu.cfs_period_us"))
        }
        return (second + first).min()
    }

    /// How many processes the kernel's memory killer has ended in the process's own group, whoever's limit was reached;
    /// in the whole system where the process is in no group that counts; nil where nothing counts.
    package var memoryKills: Int? {
        let counts =
            unified.prefix(1).map { "\($0)/memory.events" } + memory.prefix(1).map { "\($0)/memory.oom_control" }
        let group = counts.compactMap { Self.count("oom_kill", in: read($0)) }.max()
        return group ?? Self.count("oom_kill", in: read("/proc/vmstat"))
    }

    /// The folders of the process's own groups.
    var ownUnified: String? { unified.first }
    var ownMemory: String? { memory.first }

    private func read(_ path: String) -> String { Self.text(root + path) }

    /// "max", or -1 in v1, is no limit.
    private static func quota(_ time: some StringProtocol, of period: some StringProtocol) -> Double? {
        guard let time = Double(time.trimmingCharacters(in: .whitespacesAndNewlines)),
            let period = Double(period.trimmingCharacters(in: .whitespacesAndNewlines)), time > 0, period > 0
        else { return nil }
        return time / period
    }

    static func count(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int(words[1]) }
        }
        return nil
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}

/// A line of `/proc/PID/cgroup`: `4:cpu,cpuacct:/a/b`, or `0::/a/b` for v2.
private struct Membership {
    private let controllers: [Substring]
    private let isUnified: Bool
    let path: String

    init(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        isUnified = parts.count == 3 && parts[0] == "0" && parts[1].isEmpty
        controllers = parts.count == 3 ? parts[1].split(separator: ",") : []
        path = parts.count == 3 ? String(parts[2]) : ""
    }

    /// - Parameter controller: nil for the v2 tree.
    func isMember(of controller: String?) -> Bool {
        controller.map { name in controllers.contains { $0 == name } } ?? isUnified
    }
}

/// A line of `/proc/PID/mountinfo`: `36 32 0:31 ROOT PLACE OPTIONS ... - TYPE SOURCE SUPER-OPTIONS`.
private struct Mount {
    private let group: String
    private let place: String
    private let isUnified: Bool
    private let controllers: [Substring]

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4 else { return nil }
        let type = words[dash + 1]
        guard type == "cgroup" || type == "cgroup2" else { return nil }
        (group, place) = (Self.unescaped(words[3]), Self.unescaped(words[4]))
        isUnified = type == "cgroup2"
        controllers = words[dash + 3].split(separator: ",")
    }

    func carries(_ controller: String?) -> Bool {
        controller.map { name in !isUnified && controllers.contains { $0 == name } } ?? isUnified
    }

    private var prefix: String { group == "/" ? "" : group }

    func shows(_ path: String) -> Bool {
        (path == prefix || path.hasPrefix(prefix + "/")) && !path.split(separator: "/").contains("..")
    }

    /// The folders of a group and of those around it, as far as they can be seen from here.
    func folders(of path: String) -> [String] {
        // A mount may show a part of the tree; a group that is named from outside of it is taken for its topmost one.
        let below = shows(path) ? path.dropFirst(prefix.count).split(separator: "/") : []
        return (0...below.count).reversed().map { count in
            ([place == "/" ? "" : place] + below.prefix(count).map(String.init)).joined(separator: "/")
        }
    }

    /// Spaces and the like stand there as `\040`.
    private static func unescaped(_ word: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = word.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(Substring(rest.prefix(3))), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ProcessEnd {
    /// - Parameter status: as waitpid(2) tells it.
    package init(waitStatus status: Int32) {
        let signal = Int(winnow_ending_signal(status))
        if signal == 0 { self.init(exitCode: Int(winnow_exit_status(status))) } else { self.init(signal: signal) }
    }
}

/// Tells the kernel's memory killer from others who send SIGKILL: it has ended one process of this group more than was
/// known.
package struct MemoryKillWatch {
    /// How many it had ended that are accounted for; nil where nobody counts them.
    private var known = ControlGroups().memoryKills

    package init() {}

    /// The end of a process of this group, with what the kernel did.
    package mutating func explained(_ end: ProcessEnd) -> ProcessEnd {
        guard let signal = end.signal, signal == SIGKILL, let known, let count = ControlGroups().memoryKills,
            count > known
        else { return end }
        self.known = known + 1
        return ProcessEnd(signal: signal, isMemoryKill: true)
    }
}

/// How many processors this process may keep busy: what `winnow run` starts workers for when nobody says how many.
package enum ProcessorAllowance {
    /// The processors of the affinity mask, which cpusets narrow as well, or fewer where a control group has a quota. A
    /// quota is rounded up: a share of a processor is worth a worker.
    package static var count: Int {
        count(affinity: Int(winnow_allowed_processors()), quota: ControlGroups().quota)
    }

    /// The processors of the affinity mask, by their numbers.
    package static var processors: [Int] {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
        else { return [] }
        return numbers(line.split(separator: ":").last ?? "")
    }

    /// Reads `0-3,8`.
    static func numbers(_ text: some StringProtocol) -> [Int] {
        text.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 1 << 16 else { return [] }
            return Array(first...last)
        }
    }

    /// - Parameters:
    ///   - affinity: processors of the mask.
    ///   - quota: processors' worth of time; nil without a limit.
    /// - Returns: at least 1.
    package static func count(affinity: Int, quota: Double?) -> Int {
        max(1, min(affinity, quota.map { Int(min($0, 1e6).rounded(.up)) } ?? affinity))
    }
}
