internal import Architecture

/// What the layers of one plan share while they are planned.
final class PlanContext {
    enum Purpose {
        case training
        case evaluation
    }

    let purpose: Purpose
    let batch: Int
    let options: PlanOptions
    let device: Device
    let store: ParameterStore
    let arena: Arena

    init(purpose: Purpose, batch: Int, options: PlanOptions, device: Device, store: ParameterStore) {
        self.purpose = purpose
        self.batch = batch
        self.options = options
        self.device = device
        self.store = store
        arena = Arena(sharesMemory: options.sharesMemory)
    }

    var isTraining: Bool { purpose == .training }
}
