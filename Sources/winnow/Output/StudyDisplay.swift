package import Coordinator
package import Experiments

/// Shows how a study goes.
package protocol StudyDisplay {
    func show(_ event: CoordinatorEvent, _ study: StudyState)
    /// Leaves the last picture as it is.
    func close()
}
