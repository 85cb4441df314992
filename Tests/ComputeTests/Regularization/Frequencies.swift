/// How often each of several things was drawn, against the probabilities that it should be drawn with.
struct Frequencies {
    private(set) var counts: [Int]

    init(kinds: Int) {
        counts = Array(repeating: 0, count: kinds)
    }

    mutating func add(_ kind: Int) {
        counts[kind] += 1
    }

    /// Whether each lies within four standard errors of a binomial count.
    func agree(with probabilities: [Double]) -> Bool {
        let draws = Double(counts.reduce(0, +))
        return counts.count == probabilities.count
            && zip(counts, probabilities).allSatisfy { count, p in
                abs(Double(count) - draws * p) <= 4 * (draws * p * (1 - p)).squareRoot()
            }
    }
}
