/// A tensor with the name and the layout that PyTorch gives it: "0.weight" of shape [outputs, inputs], row-major.
public struct NamedTensor: Sendable, Equatable {
    public var name: String
    /// Empty for a single number.
    public var shape: [Int]
    public var values: [Float]

    public init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// A block of tensors under the names that they have in a checkpoint: weights ("0.weight"), or something that an
/// optimizer keeps for each of them ("0.weight.exp_avg").
struct StateBlock {
    let parameters: [Parameter]
    let block: AlignedFloats
    /// "" for the weights, ".exp_avg" and the like for an optimizer's state.
    var suffix = ""

    func tensors() -> [NamedTensor] {
        parameters.map { parameter in
            NamedTensor(name: parameter.name + suffix, shape: parameter.shape, values: parameter.values(in: block))
        }
    }

    /// Takes over `tensors`, which must be exactly those of `states`, in any order. Nothing changes unless all fit.
    ///
    /// - Throws: ``ComputeError`` with `invalidState`, naming the first tensor that is missing, unknown or misshapen.
    static func load(_ tensors: [NamedTensor], into states: [StateBlock], what: String) throws(ComputeError) {
        var given: [String: NamedTensor] = [:]
        for tensor in tensors where given.updateValue(tensor, forKey: tensor.name) != nil {
            throw ComputeError(.invalidState, "load \(what)", "\(tensor.name) is there twice")
        }
        var copies: [(values: [Float], parameter: Parameter, block: AlignedFloats)] = []
        for state in states {
            for parameter in state.parameters {
                let name = parameter.name + state.suffix
                guard let tensor = given.removeValue(forKey: name) else {
                    throw ComputeError(.invalidState, "load \(what)", "\(name) is missing")
                }
                guard tensor.shape == parameter.shape, tensor.values.count == parameter.count else {
                    throw ComputeError(
                        .invalidState, "load \(what)",
                        "\(name) has shape \(tensor.shape) with \(tensor.values.count) values, not \(parameter.shape)")
                }
                copies.append((tensor.values, parameter, state.block))
            }
        }
        if let unknown = given.keys.min() {
            throw ComputeError(.invalidState, "load \(what)", "\(unknown) is not part of it")
        }
        for copy in copies {
            copy.parameter.set(copy.values, in: copy.block)
        }
    }
}
