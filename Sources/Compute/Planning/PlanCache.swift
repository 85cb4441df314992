internal import Architecture

/// The plans of one purpose, each made when its batch size first occurs: the full one, and the epoch's smaller last.
final class PlanCache {
    private let purpose: PlanContext.Purpose
    private let options: PlanOptions
    private let model: ModelGraph
    private let device: Device
    private let store: ParameterStore
    private var plans: [Plan] = []

    init(
        _ purpose: PlanContext.Purpose, model: ModelGraph, options: PlanOptions, device: Device, store: ParameterStore
    ) {
        self.purpose = purpose
        self.options = options
        self.model = model
        self.device = device
        self.store = store
    }

    func plan(for batch: Int) throws(ComputeError) -> Plan {
        // There are two or three; the first is nearly always the one.
        for plan in plans where plan.batch == batch {
            return plan
        }
        let plan = try Plan(
            model,
            context: PlanContext(purpose: purpose, batch: batch, options: options, device: device, store: store))
        plans.append(plan)
        return plan
    }
}
