import Architecture

/// Where a single value, or a list, stands for a mapping: `optimizer: sgd` is short for `optimizer: {kind: sgd}`.
enum ShortForms {
    /// The key of the mapping at `path` that a single value is short for.
    static func key(at path: ConfigPath) -> String? {
        let components = path.components
        if let key = sections[path.description] { return key }
        guard let last = components.last else { return nil }
        if components.starts(with: ["model", "layers"]) {
            return Int(last) == nil ? Layer.kind(named: last)?.shortKey : nil
        }
        if components.count == 3, components.starts(with: ["data", "augment"]) { return "kind" }
        if components.count == 3, components.starts(with: ["pseudo_label", "strong"]) { return "kind" }
        if components.count == 4, components.starts(with: ["data", "source", "columns"]) { return "kind" }
        return nil
    }

    /// The key of the mapping at `path` that a list is short for.
    static func listKey(at path: ConfigPath) -> String? {
        path.components.count == 3 && path.components.starts(with: ["search", "parameters"]) ? "values" : nil
    }

    /// The mapping that the node at `path` is short for, where it is.
    static func spelledOut(_ node: ConfigNode, at path: ConfigPath) -> (node: ConfigNode, key: String)? {
        let key: String?
        switch node.content {
        case .scalar: key = node.isNull ? nil : self.key(at: path)
        case .list: key = listKey(at: path)
        case .mapping: key = nil
        }
        return key.map {
            (ConfigNode(.mapping([.init(key: $0, place: node.place, value: node)]), place: node.place), $0)
        }
    }

    private static let sections = [
        "data": "source",
        "data.labelled": "count",
        "model": "preset",
        "loss": "kind",
        "loss.label_smoothing": "amount",
        "regularize.disturb_label": "alpha",
        "regularize.disturb_value": "scale",
        "regularize.mixup": "alpha",
        "regularize.cutmix": "alpha",
        "pseudo_label": "kind",
        "optimizer": "kind",
        "optimizer.learning_rate_schedule": "kind",
        "optimizer.learning_rate_schedule.warmup": "epochs",
        "train": "epochs",
        "train.select": "monitor",
        "train.early_stopping": "patience",
        "train.weight_averaging": "kind",
        "checkpoint": "every",
        "search.scheduler": "kind",
    ]
}
