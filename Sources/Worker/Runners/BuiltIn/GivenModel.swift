import Compute
package import Experiments
import Prediction
import StudyStore

/// A model that an experiment file names: one that labels, or one whose weights training begins with.
package struct GivenModel {
    private let file: GivenModelFile
    private let state: [NamedTensor]

    /// - Parameter file: with the path of where it lies.
    /// - Throws: ``WorkerError`` where there is no such checkpoint.
    package init(_ file: GivenModelFile) throws {
        self.file = file
        do {
            state = try Checkpoint(decoding: StoredBytes.read(file.path)).modelState.map(NamedTensor.init)
        } catch {
            throw WorkerError.givenModel(file, "\(error)")
        }
    }

    /// Gives a trainer its weights.
    ///
    /// - Throws: ``WorkerError`` where it is another model; of pretrained weights, the last layer may be another.
    func load(into trainer: Trainer) throws {
        do {
            switch file.use {
            case .teacher: try trainer.load(modelState: state)
            case .pretrained: try trainer.load(pretrained: state)
            }
        } catch {
            throw WorkerError.givenModel(file, "\(error)")
        }
    }
}
