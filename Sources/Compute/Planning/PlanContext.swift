internal import Architecture

/// What the layers of one plan share while they are planned.
final class PlanContext {
    enum Purpose {
        case training
        case evaluation
    }

    let purpose: Purpose
    let batch: Int
    let device: Device
    let store: ParameterStore
    let arena = Arena()

    init(purpose: Purpose, batch: Int, device: Device, store: ParameterStore) {
        self.purpose = purpose
        self.batch = batch
        self.device = device
        self.store = store
    }

    /// Reserves a new activation; `differentiable` where parameters lie before it.
    func activation(_ shape: Shape, layout: Layout, differentiable: Bool) -> Activation {
        let hasGradient = differentiable && purpose == .training
        return Activation(
            shape: shape, batch: batch, layout: layout, values: arena.reserve(bytes: layout.bytes),
            gradient: hasGradient ? arena.reserve(bytes: layout.bytes) : nil)
    }
}
