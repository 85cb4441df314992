import Experiments

/// A short classification, which tests lay their own keys over.
let classification = """
    data: {source: mnist-5k}
    model: {preset: mnist_cnn}

    """

/// A short regression, which tests lay their own keys over.
let regression = """
    data: {source: housing}
    model: {preset: regressor}

    """

extension ParameterDomain {
    /// Values to try.
    var samples: [ParameterValue] {
        switch self {
        case .values(let values): values
        case .real(let minimum, let maximum, _, _): [.double(minimum), .double(maximum)]
        case .integer(let minimum, let maximum, _, _): [.int(minimum), .int(maximum)]
        }
    }
}

func read(_ text: String, set overrides: String...) throws(ExperimentError) -> ExperimentFile {
    var parsed: [Override] = []
    for override in overrides { parsed.append(try Override(override)) }
    return try ExperimentFile(text: text, name: "e.yaml", overrides: parsed)
}

/// The one line that a bad file is refused with, or nil for a good one.
func complaint(_ text: String, set overrides: String...) -> String? {
    do {
        _ = try ExperimentFile(text: text, name: "e.yaml", overrides: overrides.map { try Override($0) })
        return nil
    } catch {
        return "\(error)"
    }
}
