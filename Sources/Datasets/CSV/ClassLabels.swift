/// Gives every different label a class.
struct ClassLabels {
    private var classes: [String: Int32] = [:]
    private var indices: [Int32] = []

    mutating func append(_ label: String) {
        let next = Int32(classes.count)
        let index = classes[label, default: next]
        if index == next { classes[label] = next }
        indices.append(index)
    }

    /// The labels as class indices. Names are sorted as numbers where all are integers, else by their characters, so
    /// that the order of the rows does not matter.
    var targets: Targets {
        let sorted = classes.keys.sorted(by: Self.isBefore(numeric: classes.keys.allSatisfy { Int($0) != nil }))
        var order = [Int32](repeating: 0, count: classes.count)
        for (place, name) in sorted.enumerated() {
            order[Int(classes[name, default: 0])] = Int32(place)
        }
        return .classes(indices.map { order[Int($0)] }, names: sorted)
    }

    private static func isBefore(numeric: Bool) -> (String, String) -> Bool {
        guard numeric else { return { $0 < $1 } }
        // "7" and "07" are two labels of one number.
        return { (Int($0) ?? 0, $0) < (Int($1) ?? 0, $1) }
    }
}
