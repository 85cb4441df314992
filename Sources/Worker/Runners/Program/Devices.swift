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
    /// How many GPUs there are.
    package let gpuCount: Int

    /// - Parameters:
    ///   - gpus: their names, as CUDA_VISIBLE_DEVICES takes them.
    ///   - processors: those that this process may run on.
    package init(gpus: [String] = [], processors: [Int] = ProcessorAllowance.processors) {
        gpuCount = gpus.count
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
            var own: [Int]?
            if state.processors.count >= processors {
                own = Array(state.processors.prefix(processors))
                state.processors.removeFirst(processors)
            }
            state.waiting.removeFirst()
            return Loan(gpus: chosen.sorted().map { state.gpus[$0].name }, share: share, processors: own)
        }
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
            state.processors += loan.processors ?? []
        }
    }
}

/// The GPUs that a worker was given.
package enum GPUList {
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
