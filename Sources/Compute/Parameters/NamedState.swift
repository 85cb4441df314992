/// A block laid out like the parameters, under the names that it has in a checkpoint: the weights themselves
/// ("0.weight"), or something that an optimizer keeps for each of them ("0.weight.exp_avg").
struct NamedState {
    let parameters: [Parameter]
    let block: AlignedFloats
    /// "" for the weights, ".exp_avg" and the like for an optimizer's state.
    let suffix: String

    func tensors() -> [NamedTensor] {
        parameters.map { parameter in
            let start = block.base + parameter.offset
            return NamedTensor(
                name: parameter.name + suffix, shape: parameter.shape,
                values: Array(UnsafeBufferPointer(start: start, count: parameter.count)))
        }
    }

    /// Takes over `tensors`, which must be exactly those of `states`, in any order. Nothing changes unless all fit.
    ///
    /// - Throws: ``ComputeError`` with `invalidState`, naming the first tensor that is missing, unknown or misshapen.
    static func load(_ tensors: [NamedTensor], into states: [NamedState], what: String) throws(ComputeError) {
        var given: [String: NamedTensor] = [:]
        for tensor in tensors where given.updateValue(tensor, forKey: tensor.name) != nil {
            throw ComputeError(.invalidState, "load \(what)", "\(tensor.name) is there twice")
        }
        var copies: [(tensor: NamedTensor, destination: UnsafeMutablePointer<Float>)] = []
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
                copies.append((tensor, state.block.base + parameter.offset))
            }
        }
        if let unknown = given.keys.min() {
            throw ComputeError(.invalidState, "load \(what)", "\(unknown) is not part of it")
        }
        for copy in copies {
            copy.tensor.values.withUnsafeBufferPointer { values in
                copy.destination.update(from: values.baseAddress!, count: values.count)
            }
        }
    }
}
