/// How many samples a part gets.
package enum Amount: Sendable, Hashable {
    /// A share of those that the part is drawn from, in 0...1.
    case share(Double)
    case count(Int)

    /// The number of samples of `total`; a share is rounded to the nearest.
    func resolved(of total: Int) -> Int {
        switch self {
        case .share(let share): Int((Double(total) * share).rounded())
        case .count(let count): count
        }
    }
}
