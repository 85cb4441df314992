/// What is to be predicted, one for each sample.
package enum Targets: Sendable, Equatable {
    /// An index into `names` for each sample.
    case classes([Int32], names: [String])
    /// A number for each sample; in double precision, as it is scaled before it is rounded.
    case values([Double])

    package var count: Int {
        switch self {
        case .classes(let indices, names: _): indices.count
        case .values(let values): values.count
        }
    }

    /// The classes' names, where there are classes.
    package var classNames: [String]? {
        switch self {
        case .classes(_, let names): names
        case .values: nil
        }
    }

    /// The targets of the samples at `rows`, in that order.
    func selecting(_ rows: [Int]) -> Targets {
        switch self {
        case .classes(let indices, let names): .classes(rows.map { indices[$0] }, names: names)
        case .values(let values): .values(rows.map { values[$0] })
        }
    }
}

/// What kind of target a column holds.
package enum TargetKind: Sendable, Hashable {
    /// Labels: any text, or integers.
    case classes
    /// Numbers.
    case values
}
