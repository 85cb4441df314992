import Foundation

/// How thorough the tests of faults are: `make test` takes samples, `make soak` (`WINNOW_SOAK=1`) everything.
enum Soak {
    static let isOn = ProcessInfo.processInfo.environment["WINNOW_SOAK"] == "1"

    /// Of `all`, every `step`-th in `make test`, starting at one drawn by `random`.
    static func sample<Element>(
        _ all: [Element], every step: Int, random: inout some RandomNumberGenerator
    ) -> [Element] {
        if isOn { return all }
        return stride(from: Int.random(in: 0..<step, using: &random), to: all.count, by: step).map { all[$0] }
    }
}
