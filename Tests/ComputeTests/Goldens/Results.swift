import Compute

/// What a case computes, or should: numbers under names such as "outputs" and "gradients/0.weight".
struct Results {
    private(set) var values: [String: [Double]] = [:]

    subscript(name: String) -> [Double]? {
        get { values[name] }
        set { values[name] = newValue }
    }

    subscript(name: String, default fallback: [Double]) -> [Double] {
        get { values[name] ?? fallback }
        set { values[name] = newValue }
    }

    mutating func add(_ name: String, _ floats: [Float]) {
        values[name] = floats.map(Double.init)
    }

    mutating func add(_ group: String, _ tensors: [NamedTensor]) {
        for tensor in tensors { add("\(group)/\(tensor.name)", tensor.values) }
    }

    /// What differs from the golden results by more than max|a - b| = tolerance max|b|, in words: nothing where all is
    /// well. Names that only one of the two has differ, and so does what is not finite.
    func misfits(to golden: Results, tolerance: Double) -> [String] {
        Set(values.keys).union(golden.values.keys).sorted().compactMap { name in
            guard let found = values[name] else { return "\(name): missing" }
            guard let expected = golden.values[name] else { return "\(name): has no golden" }
            guard found.count == expected.count else { return "\(name): \(found.count) of \(expected.count) values" }
            let differences = zip(found, expected).map { abs($0 - $1) }
            guard differences.allSatisfy(\.isFinite) else { return "\(name): not finite" }
            let largest = expected.map(abs).max() ?? 0
            guard let place = differences.indices.max(by: { differences[$0] < differences[$1] }),
                differences[place] > tolerance * largest
            else { return nil }
            return "\(name)[\(place)]: \(found[place]) instead of \(expected[place]), "
                + "a difference of \(differences[place] / largest) of the largest value"
        }
    }
}
