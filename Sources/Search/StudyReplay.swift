package import Experiments
package import Studies

/// Decides a study again, from its journal: each decision is asked for at the moment at which it was made, and has to be the
/// same one.
package struct StudyReplay: Sendable {
    /// Where the search would have decided otherwise.
    package struct Difference: Hashable, Sendable {
        /// The record's number in the journal, from 1.
        package let record: Int
        package let decided: Decision
        /// Nil where there would have been nothing to decide.
        package let expected: Decision?
    }

    /// Decisions that are the same.
    package private(set) var decisions = 0
    /// The first one that is not.
    package private(set) var difference: Difference?

    private var search: any TrialSearch
    private var state = StudyState()
    private var records = 0

    package init(_ experiment: Experiment, _ plan: TrialPlan) {
        search = StudySearch.search(of: experiment, plan, after: StudyState())
    }

    /// Takes the journal's next record; after a difference, nothing is compared any more.
    ///
    /// - Throws: ``JournalContradiction`` where the record cannot follow those before it.
    package mutating func add(_ record: JournalRecord) throws(JournalContradiction) {
        records += 1
        if case .decided(let body) = record, difference == nil, !body.decision.isTakenOver { compare(body.decision) }
        try state.apply(record)
    }

    /// Whether a worker was free is not in the journal: it may have been, or not.
    private mutating func compare(_ decided: Decision) {
        var expected: Decision?
        for hasFreeSlot in [false, true] {
            var copy = search
            expected = copy.next(state, hasFreeSlot: hasFreeSlot)?.decision
            guard expected == decided else { continue }
            search = copy
            decisions += 1
            return
        }
        difference = Difference(record: records, decided: decided, expected: expected)
    }
}

extension Decision {
    /// Whether a person decided it, who asked for the trials of another study.
    fileprivate var isTakenOver: Bool {
        if case .create(let created) = self { created.takenFrom != nil } else { false }
    }
}
