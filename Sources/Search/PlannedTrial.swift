package import Experiments

/// One trial to be run: a point of the search space with one seed.
package struct PlannedTrial: Hashable, Sendable {
    /// From 0, within the study.
    package let number: Int
    /// The point's index, from 0.
    package let point: Int
    /// Which of the point's seeds, from 0.
    package let replicate: Int
    /// Of everything random in the trial.
    package let seed: UInt64
    package let assignment: Assignment
}
