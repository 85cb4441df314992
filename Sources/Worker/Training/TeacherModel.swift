import Compute
import Experiments
import StudyStore

/// A model that an experiment file names as the teacher.
package struct TeacherModel {
    private let path: String
    private let state: [NamedTensor]

    /// - Throws: ``WorkerError`` where there is no such checkpoint.
    package init(path: String) throws {
        state = try Self.modelState(path).map(NamedTensor.init)
        self.path = path
    }

    private static func modelState(_ path: String) throws -> [NamedArray] {
        do {
            return try Checkpoint(decoding: StoredBytes.read(path)).modelState
        } catch {
            throw WorkerError.teacher(path, "\(error)")
        }
    }

    /// Gives a trainer the teacher's weights.
    ///
    /// - Throws: ``WorkerError`` where the teacher is another model.
    func teach(_ trainer: Trainer) throws {
        do {
            try trainer.load(modelState: state)
        } catch {
            throw WorkerError.teacher(path, "\(error)")
        }
    }
}
