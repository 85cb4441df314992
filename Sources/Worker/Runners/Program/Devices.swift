import Files
package import Foundation
import Glibc
import Processes
import Synchronization

/// The GPUs and processors of this worker's machine, lent to one trial each.
///
/// A GPU that is given back is lent last: a program's memory on it may take a moment to be freed.
package final class Devices: Sendable {
    private struct State {
        /// How much of each GPU is free, in the order in which they became free.
        var gpus: [(name: String, free: Double)]
        var processors: [Int]
        /// The locks of those that are lent.
        var locks: [Int: ProcessorLock] = [:]
        /// Trials that wait for GPUs, in the order in which they came.
        var waiting: [UUID] = []
    }

    /// What a trial has been lent.
    package struct Loan: Hashable, Sendable {
        package var gpus: [String]
        /// How much of each.
        package var share: Double
        /// Nil where there were not enough for it alone.
        package var processors: [Int]?
    }

    private let state: Mutex<State>
    /// Where a lock for each processor keeps this user's workers out of each other's way; nil where there is none.
    private let lockFolder: String?
    /// How many GPUs there are.
    package let gpuCount: Int

    /// - Parameters:
    ///   - gpus: their names, as CUDA_VISIBLE_DEVICES takes them.
    ///   - processors: those that this process may run on.
    ///   - lockFolder: shared by the workers of this machine; nil where this is the only one.
    package init(
        gpus: [String] = [], processors: [Int] = ProcessorAllowance.processors,
        lockFolder: String? = Devices.standardLockFolder
    ) {
        gpuCount = gpus.count
        self.lockFolder = lockFolder
        state = Mutex(State(gpus: gpus.map { ($0, 1) }, processors: processors))
    }

    /// Lends what a trial needs, when it is its turn.
    ///
    /// - Parameters:
    ///   - gpus: how many, or a share of one.
    ///   - ticket: the same for each try.
    /// - Returns: nil where it has to wait.
    package func borrow(gpus: Double, processors: Int, ticket: UUID) -> Loan? {
        state.withLock { state in
            if !state.waiting.contains(ticket) { state.waiting.append(ticket) }
            guard state.waiting.first == ticket else { return nil }
            let share = gpus < 1 ? gpus : 1
            let count = gpus == 0 ? 0 : max(1, Int(gpus))
            // A share goes to a GPU that others have a share of already.
            let order = state.gpus.indices.sorted { one, other in
                share < 1 && state.gpus[one].free != state.gpus[other].free
                    ? state.gpus[one].free < state.gpus[other].free : one < other
            }
            let chosen = order.filter { state.gpus[$0].free >= share - 1e-9 }.prefix(count)
            guard chosen.count == count else { return nil }
            for index in chosen { state.gpus[index].free -= share }
            let own = take(processors, of: &state)
            state.waiting.removeFirst()
            return Loan(gpus: chosen.sorted().map { state.gpus[$0].name }, share: share, processors: own)
        }
    }

    /// Takes processors that no other worker of this machine has lent.
    ///
    /// - Returns: nil where there are too few.
    private func take(_ count: Int, of state: inout State) -> [Int]? {
        var taken: [Int] = []
        var locks: [Int: ProcessorLock] = [:]
        for number in state.processors where taken.count < count {
            if let lockFolder {
                guard let lock = ProcessorLock(number, in: lockFolder) else { continue }
                locks[number] = lock
            }
            taken.append(number)
        }
        guard taken.count == count else { return nil }
        state.processors.removeAll(where: taken.contains)
        state.locks.merge(locks) { $1 }
        return taken.sorted()
    }

    /// A folder of this user's in the temporary folder.
    package static var standardLockFolder: String? {
        let path = "/tmp/winnow-processors-\(geteuid())"
        return (try? Folder.create(path, mode: 0o700, durably: false)) == nil ? nil : path
    }

    /// Gives up waiting.
    package func leave(_ ticket: UUID) { state.withLock { $0.waiting.removeAll { $0 == ticket } } }

    package func giveBack(_ loan: Loan) {
        state.withLock { state in
            for name in loan.gpus {
                guard let index = state.gpus.firstIndex(where: { $0.name == name }) else { continue }
                var gpu = state.gpus.remove(at: index)
                gpu.free = min(1, gpu.free + loan.share)
                state.gpus.append(gpu)
            }
            for number in loan.processors ?? [] {
                state.locks[number] = nil
                state.processors.append(number)
            }
        }
    }
}

/// A processor that one process of this user's has for a trial; the lock goes with the process.
private final class ProcessorLock: Sendable {
    private let file: OpenFile

    /// - Returns: nil where another process has it.
    init?(_ number: Int, in folder: String) {
        guard let file = try? OpenFile(own: "\(folder)/\(number)", O_RDWR | O_CREAT), (try? file.lock()) == true else {
            return nil
        }
        self.file = file
    }
}

/// The GPUs that a worker was given.
package enum GPUList {
    /// What a text that is none gets as an answer.
    package static let mistake = "--gpus must be \"all\", or numbers of GPUs with commas between them, each once"

    /// This process's own.
    package static func read(_ text: String) -> [String]? {
        read(text, inherited: getenv("CUDA_VISIBLE_DEVICES").map { String(cString: $0) }, present: presentNumbers)
    }

    /// - Parameters:
    ///   - text: `all`, or numbers and names with commas: `0,2`.
    ///   - inherited: CUDA_VISIBLE_DEVICES of this process: numbers count within it.
    ///   - present: the numbers of the machine's GPUs.
    /// - Returns: nil where the text is neither.
    package static func read(_ text: String, inherited: String?, present: () -> [Int]) -> [String]? {
        let mask = inherited.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        if text == "all" { return mask ?? present().map(String.init) }
        var names: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.trimmingCharacters(in: .whitespaces)
            let isPlain = name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
            }
            guard !name.isEmpty, isPlain else { return nil }
            var found = name
            if let number = Int(name), let mask {
                guard mask.indices.contains(number) else { return nil }
                found = mask[number]
            }
            guard !names.contains(found) else { return nil }
            names.append(found)
        }
        return names
    }

    /// As the device files say, which are there without NVIDIA's tools.
    package static func presentNumbers() -> [Int] {
        ((try? Folder.names(in: "/dev")) ?? []).compactMap { name in
            name.hasPrefix("nvidia") ? Int(name.dropFirst("nvidia".count)) : nil
        }.sorted()
    }
}
