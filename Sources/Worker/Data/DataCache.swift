import Experiments
import Synchronization

/// The data of the trials that this process trains: read, split and scaled once, and shared by its slots.
package final class DataCache: Sendable {
    private struct Key: Hashable {
        var data: DataDescription
        var seed: UInt64
    }

    private let folder: String
    private let known = Mutex<[Key: TrialData]>([:])

    /// - Parameter folder: where relative paths start from.
    package init(folder: String) {
        self.folder = folder
    }

    /// The data of an experiment.
    ///
    /// - Parameter digest: what the study began with; data that have changed since are refused.
    func data(for experiment: Experiment, digest: String) throws -> TrialData {
        try known.withLock { known in
            let key = Key(data: experiment.data, seed: experiment.seed)
            if let data = known[key] {
                return data
            }
            let data = try TrialData(experiment, folder: folder)
            guard data.digest == digest else { throw WorkerError.otherData(data.name) }
            known[key] = data
            return data
        }
    }
}
