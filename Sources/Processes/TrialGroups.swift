internal import Foundation
internal import Glibc
internal import Synchronization

/// Control groups for the trials of this process, where it may make them: the memory of a trial's processes is bounded
/// together, and the kernel's memory killer is seen at work.
///
/// Both hierarchies are used, cgroup v2 and the controller `memory` of v1. In v2 a group that has processes hands no
/// controller down: this process moves into a group of its own first, and back where that is of no use.
///
/// Source: the kernel's `admin-guide/cgroup-v2` and `admin-guide/cgroup-v1/memory`.
package final class TrialGroups: Sendable {
    private static let made = Atomic<Int>(0)

    /// The folder within which groups are made; nil where none may be.
    private let unified: String?
    /// Whether those bound memory.
    private let boundsMemory: Bool
    /// The folder of the first hierarchy's controller.
    private let memory: String?

    package init() {
        let own = ControlGroups()
        unified = own.ownUnified.flatMap { access($0, W_OK) == 0 ? $0 : nil }
        boundsMemory = unified.map(Self.handDownMemory) ?? false
        memory = boundsMemory ? nil : own.ownMemory.flatMap { access($0, W_OK) == 0 ? $0 : nil }
        for folder in [unified, memory].compactMap({ $0 }) { Self.removeEmpty(in: folder) }
    }

    /// Makes a trial's group.
    ///
    /// - Parameter limit: bytes of memory for all of its processes together.
    /// - Returns: nil where none can be made.
    package func make(memory limit: Int) -> TrialGroup? {
        let name = "winnow-trial-\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
        func folder(_ parent: String?) -> String? {
            parent.flatMap { mkdir("\($0)/\(name)", 0o755) == 0 ? "\($0)/\(name)" : nil }
        }
        let group = TrialGroup(unified: folder(unified), boundsMemory: boundsMemory, memory: folder(memory))
        guard let group else { return nil }
        group.bound(memory: limit)
        return group
    }

    /// Lets groups within `folder`, this process's own, bound memory.
    ///
    /// - Returns: whether they do.
    private static func handDownMemory(_ folder: String) -> Bool {
        func has(_ file: String) -> Bool {
            let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
            return text.split { $0.isWhitespace }.contains("memory")
        }
        if has("cgroup.subtree_control") { return true }
        guard has("cgroup.controllers") else { return false }
        let own = "\(folder)/winnow-worker-\(getpid())"
        guard mkdir(own, 0o755) == 0 else { return false }
        if write("\(getpid())", to: "\(own)/cgroup.procs"), write("+memory", to: "\(folder)/cgroup.subtree_control") {
            return true
        }
        _ = write("\(getpid())", to: "\(folder)/cgroup.procs")
        rmdir(own)
        return false
    }

    /// Those of processes that were killed.
    private static func removeEmpty(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let words = name.split(separator: "-")
            guard words.count >= 3, words[0] == "winnow", let process = pid_t(words[2]) else { continue }
            // One that has just been made is empty, too.
            if kill(process, 0) != 0, errno == ESRCH { rmdir("\(folder)/\(name)") }
        }
    }

    fileprivate static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return text.withCString { Glibc.write(file, $0, strlen($0)) } == text.utf8.count
    }
}

/// A trial's control group; it goes with this object, and all processes in it end.
package final class TrialGroup {
    private let folders: [String]
    /// Where memory is bounded and its kills are counted.
    private let counting: (folder: String, isUnified: Bool)?
    /// Whether its limit holds.
    package private(set) var isBounded = false
    /// What a process writes its number to in order to join, the one that bounds memory first; -1 where there is none.
    let joining: [Int32]

    fileprivate init?(unified: String?, boundsMemory: Bool, memory: String?) {
        let folders = [unified, memory].compactMap { $0 }
        guard !folders.isEmpty else { return nil }
        let counting = boundsMemory ? unified.map { ($0, true) } : memory.map { ($0, false) }
        let others = folders.filter { $0 != counting?.0 }
        joining = [counting?.0, others.first].map { folder in
            folder.map { open("\($0)/cgroup.procs", O_WRONLY | O_CLOEXEC) } ?? -1
        }
        self.folders = folders
        self.counting = counting
    }

    deinit {
        for file in joining where file >= 0 { close(file) }
        for folder in folders {
            _ = TrialGroups.write("1", to: "\(folder)/cgroup.kill")
            rmdir(folder)
        }
    }

    fileprivate func bound(memory limit: Int) {
        guard let (folder, isUnified) = counting else { return }
        guard isUnified else {
            isBounded = TrialGroups.write("\(limit)", to: "\(folder)/memory.limit_in_bytes")
            return
        }
        isBounded = TrialGroups.write("\(limit)", to: "\(folder)/memory.max")
        _ = TrialGroups.write("0", to: "\(folder)/memory.swap.max")
    }

    /// How many of its processes the kernel's memory killer has ended; nil where nobody counts.
    package var memoryKills: Int? {
        guard let (folder, isUnified) = counting else { return nil }
        let file = isUnified ? "memory.events" : "memory.oom_control"
        return ControlGroups.count(
            "oom_kill", in: (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? "")
    }
}
