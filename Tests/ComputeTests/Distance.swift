/// max|a - b| / max|b|, infinite where the lengths differ or a value is NaN.
///
/// - Parameter scale: what stands for max|b| where that is smaller: the sum of a batch's gradients can nearly cancel,
///   and then its error is that of the terms.
func distance(_ a: [Float], _ b: [Double], scale: Double = 1e-6) -> Double {
    distance(a.map(Double.init), b, scale: scale)
}

func distance(_ a: [Double], _ b: [Double], scale: Double = 1e-6) -> Double {
    guard a.count == b.count else { return .infinity }
    let differences = zip(a, b).map { abs($0 - $1) }
    guard differences.allSatisfy(\.isFinite) else { return .infinity }
    return (differences.max() ?? 0) / max(b.map(abs).max() ?? 0, scale)
}
