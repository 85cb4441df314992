/// Where a study's numbers come from: what was asked for, and what computed them.
package struct Provenance: Hashable, Sendable {
    /// The experiment file as it was given.
    package var experiment: String
    /// The same with every default filled in.
    package var resolved: String
    /// By the worker's name: its host, the versions of its libraries, its instruction set.
    package var workers: [String: [String: String]]

    package init(experiment: String, resolved: String, workers: [String: [String: String]] = [:]) {
        self.experiment = experiment
        self.resolved = resolved
        self.workers = workers
    }
}
