import Compute
import Prediction
import StudyStore

/// Weights of another training that a model begins with.
struct PretrainedModel {
    private let path: String
    private let state: [NamedTensor]

    /// - Throws: ``WorkerError`` where there is no such checkpoint.
    init(path: String) throws {
        self.path = path
        do {
            state = try Checkpoint(decoding: StoredBytes.read(path)).modelState.map(NamedTensor.init)
        } catch {
            throw WorkerError.pretrained(path, "\(error)")
        }
    }

    /// - Throws: ``WorkerError`` where another layer than the last one does not fit.
    func load(into trainer: Trainer) throws {
        do {
            try trainer.load(pretrained: state)
        } catch {
            throw WorkerError.pretrained(path, "\(error)")
        }
    }
}
