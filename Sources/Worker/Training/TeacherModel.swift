import Compute
import Experiments
import StudyStore

/// A model that an experiment file names as the teacher.
package struct TeacherModel {
    private let path: String
    private let state: [NamedTensor]

    /// - Throws: ``WorkerError`` where there is no such checkpoint.
    package init(path: String) throws {
        self.path = path
        do {
            state = try Checkpoint(decoding: StoredBytes.read(path)).modelState.map(NamedTensor.init)
        } catch let error as StudyStoreError {
            throw WorkerError.teacher(path, "\(error)")
        }
    }

    /// Gives a trainer the teacher's weights.
    ///
    /// - Throws: ``WorkerError`` where the teacher is another model.
    func teach(_ trainer: Trainer) throws {
        do {
            try trainer.load(modelState: state)
        } catch let error as ComputeError {
            throw WorkerError.teacher(path, "\(error)")
        }
    }
}
