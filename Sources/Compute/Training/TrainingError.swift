/// Why training or evaluation ended early.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The loss became NaN or infinite: training has diverged.
    case nonFiniteLoss(epoch: Int, step: Int, value: Double)
    /// The samples do not fit the model, or there are none.
    case unfitSamples(String)
    /// The recipe has a setting outside its range, or asks for what samples, model or loss do not have.
    case unfitRecipe(String)
    case compute(ComputeError)

    public var description: String {
        switch self {
        case .nonFiniteLoss(let epoch, let step, let value):
            "the training loss is \(value) in epoch \(epoch), step \(step)"
        case .unfitSamples(let reason), .unfitRecipe(let reason):
            reason
        case .compute(let error):
            error.description
        }
    }
}
