extension Part {
    /// The samples at `places`, in that order, with other classes than their own: those that a model gave them.
    package func selecting(_ places: [Int], classes: [Int32]) -> Part {
        precondition(places.count == classes.count, "each sample has one class")
        guard case .classes(_, let names) = targets else { preconditionFailure("the targets are values") }
        return Part(store: store, rows: places.map { rows[$0] }, targets: .classes(classes, names: names))
    }
}
