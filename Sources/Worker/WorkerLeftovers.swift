/// What a worker has trained and no coordinator has acknowledged when the worker ended.
package struct WorkerLeftovers: Hashable, Sendable {
    /// The worker's spool.
    package let spool: String
    /// Trials whose newest checkpoint stays in the spool.
    package let kept: [Int]
    /// Trials of which the spool has nothing: what was trained since the coordinator's last checkpoint is lost.
    package let lost: [Int]

    package init(spool: String, kept: [Int], lost: [Int]) {
        self.spool = spool
        self.kept = kept
        self.lost = lost
    }

    /// One line for a person.
    package var description: String {
        func trials(_ numbers: [Int]) -> String {
            "trial\(numbers.count == 1 ? "" : "s") \(numbers.map(String.init).joined(separator: ", "))"
        }
        let stays =
            kept.isEmpty
            ? nil
            : "\(trials(kept)) stay\(kept.count == 1 ? "s" : "") in \(spool), and the next worker of this study on this "
                + "machine goes on from there"
        let loses =
            lost.isEmpty
            ? nil : "\(trials(lost)) lose\(lost.count == 1 ? "s" : "") what the coordinator does not have yet"
        return "the coordinator has not acknowledged all that was trained: "
            + [stays, loses].compactMap { $0 }.joined(separator: "; ")
    }
}
