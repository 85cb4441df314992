import Architecture

extension LossDescription {
    private enum Kind: String, CaseIterable {
        case crossEntropy = "cross_entropy"
        case meanSquaredError = "mean_squared_error"

        var task: LearningTask { self == .crossEntropy ? .classification : .regression }
    }

    /// Reads `{kind: NAME}`; the kind follows from the task where it is not given.
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        let natural = task == .classification ? Kind.crossEntropy : .meanSquaredError
        let kind: Kind = try section.choice("kind", noun: "loss", default: natural)
        guard kind.task == task else {
            throw section.error(
                at: "kind", "\(kind.rawValue) is for \(kind.task.rawValue), but the data is a \(task.rawValue)")
        }
        self = kind == .crossEntropy ? .crossEntropy : .meanSquaredError
    }

    /// The task that the file's loss is for, if it names one that there is: what a CSV source is taken for.
    static func task(in root: Section) -> LearningTask? {
        guard let kind = root.peek("loss")?.node.node(at: ConfigPath(["kind"])),
            case .scalar(let scalar) = kind.content
        else { return nil }
        return Kind(rawValue: scalar.text)?.task
    }
}
