/// How many samples: a share of those there are, or a count.
package enum Amount: Hashable, Sendable {
    /// Above 0, below 1.
    case share(Double)
    /// At least 1.
    case count(Int)
}

extension Section {
    /// A share below 1, or a whole number from 1.
    func amount(_ key: String, default: Amount? = nil) throws(ExperimentError) -> Amount {
        if let `default`, !has(key) {
            _ = optional(key)
            return noted(key, `default`)
        }
        let given = try required(key)
        if let count = try? given.int(in: 1...1_000_000_000) { return noted(key, .count(count)) }
        let value = try given.double()
        guard value > 0, value < 1 else {
            throw given.error(
                "must be a share above 0 and below 1, or a count of samples, but is \(given.node.summary)")
        }
        return noted(key, .share(value))
    }

    private func noted(_ key: String, _ amount: Amount) -> Amount {
        switch amount {
        case .share(let share): note(key, ConfigNode(.double(share)))
        case .count(let count): note(key, ConfigNode(.int(count)))
        }
        return amount
    }
}
