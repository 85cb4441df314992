/// Which epoch of a trial is kept, and which trial wins: the best value of one metric, the earliest of equals.
package struct SelectionRule: Hashable, Sendable, Codable {
    /// The metric's column name, such as `validation_loss`.
    package let monitor: String
    package let goal: Goal

    package init(monitor: String, goal: Goal) {
        self.monitor = monitor
        self.goal = goal
    }
}

extension SelectionRule {
    init(reading section: Section, task: LearningTask) throws(ExperimentError) {
        var monitor = Monitor.validationLoss
        if let value = section.optional("monitor") { monitor = try Monitor(reading: value, task: task) }
        section.note("monitor", ConfigNode(.string(monitor.rawValue)))
        self.init(monitor: monitor.rawValue, goal: try section.choice("goal", default: monitor.goal))
    }
}
