package import Experiments
import Hashing
package import Schema
import Synchronization
import Studies

/// The experiments of the studies that this worker has trials of; each is read once.
package final class ExperimentCache: Sendable {
    private let files = Mutex<[String: ExperimentFile]>([:])

    package init() {}

    /// - Throws: ``ExperimentError`` where the text is no experiment.
    package func read(_ experiment: CoordinatorMessage.StudyExperiment) throws(ExperimentError) {
        let name = "the study's experiment"
        guard SHA256Digest.hexadecimal(of: Array(experiment.text.utf8)) == experiment.digest else {
            throw ExperimentError(file: name, message: "its text is not the one that was announced")
        }
        let file = try ExperimentFile(text: experiment.text, name: name)
        files.withLock { $0[experiment.digest] = file }
    }

    /// The experiment of one trial, with its values set.
    ///
    /// - Throws: ``ExperimentError`` where they do not go together.
    package func file(of assign: CoordinatorMessage.Assign) throws(ExperimentError) -> ExperimentFile {
        let name = "trial \(assign.id.trial)"
        guard let file = files.withLock({ $0[assign.experiment] }) else {
            throw ExperimentError(file: name, message: "its experiment has not been read")
        }
        return try file.trial(
            assigning: file.experiment.assignment(assign.parameters, ofReplicate: assign.replicate), name: name)
    }
}
