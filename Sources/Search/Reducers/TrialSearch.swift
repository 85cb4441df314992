package import Studies

/// Decides what a study tries: a function of the study's history alone.
///
/// A decision is a record of the journal before it is an act, so that the same history, replayed, leads to the same next
/// decision. A search may keep what it has worked out, but nothing that the history does not say.
package protocol TrialSearch: Sendable {
    /// The next decision.
    ///
    /// - Parameters:
    ///   - history: all that has happened, with the decisions so far.
    ///   - hasFreeSlot: whether a worker waits for a trial; a trial that nobody waits for is not created.
    /// - Returns: nil where there is nothing to decide now. ``Decision/finish`` is decided once.
    mutating func next(_ history: StudyState, hasFreeSlot: Bool) -> ReasonedDecision?

    /// Whether rows and ends of trials may lead to a decision; where they do not, only a free slot asks for one.
    var dependsOnResults: Bool { get }

    /// How many more trials it will create, as far as it knows.
    func remaining(_ history: StudyState) -> Int

    /// The completed trials of the search that go on where the budget is larger now.
    func reopened(_ history: StudyState, epochs: Int) -> [Int]
}

extension TrialSearch {
    package var dependsOnResults: Bool { true }
    package func reopened(_ history: StudyState, epochs: Int) -> [Int] { [] }
}

extension TrialState {
    /// Whether it used up a budget that was smaller than so many epochs.
    func usedUp(lessThan epochs: Int) -> Bool {
        phase == .completed && outcome?.stopReason == .budget && history.count < epochs
    }
}

/// A decision, and why.
package struct ReasonedDecision: Hashable, Sendable {
    package let decision: Decision
    /// One line for people.
    package let reason: String

    package init(_ decision: Decision, reason: String) {
        self.decision = decision
        self.reason = reason
    }
}
