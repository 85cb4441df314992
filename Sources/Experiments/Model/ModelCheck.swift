import Architecture

/// Places a model on the data's shape, and says in the file's words what does not fit.
struct ModelCheck {
    let file: String
    /// Of one sample.
    let inputShape: Shape
    /// nil for a regression.
    let classes: Int?

    /// - Parameters:
    ///   - tree: the file that the model was read from, for the place of the layer in it.
    ///   - searched: where a searched value was written, when it is what is being tried.
    func place(
        _ model: ModelDescription, tree: ConfigNode, searched: Place? = nil
    ) throws(ExperimentError) -> PlacedModel {
        let layers = ConfigPath(["model", "layers"])
        let preset = ConfigPath(["model", "preset"])
        func error(layer: String?, _ message: String) -> ExperimentError {
            var path = preset
            if tree.node(at: layers) != nil { path = layer.map { layers.appending($0) } ?? layers }
            return ExperimentError(
                file: file, place: searched ?? tree.node(at: path)?.place, keyPath: path.description, message: message)
        }

        let placed: PlacedModel
        do {
            placed = try model.placed(on: inputShape)
        } catch let misfit {
            throw error(layer: misfit.layer, misfit.description)
        }
        let wanted: Shape = [classes ?? 1]
        guard placed.output == wanted else {
            let reason = classes.map { "the data has \($0) classes" } ?? "a regression predicts 1 number"
            throw error(
                layer: placed.elements.last?.name,
                "\(reason), but the model's output is \(placed.output)")
        }
        return placed
    }
}
