import ArgumentParser
import Experiments
import Foundation
import Random
import Search

/// Simulates studies that are looked at after every seed: how often an answer is wrong, how many seeds a right one takes,
/// and how well further seeds are foretold.
struct AnswersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answers", abstract: "Simulates studies whose points get seeds until there are answers.")

    @Option(help: "Studies of each kind.")
    var studies = 1000

    @Option(help: "The seed of the simulation.")
    var seed: UInt64 = 1

    func run() throws {
        let equal = [Double](repeating: 0, count: 20)
        let tied = [2, 2] + equal.dropFirst(2)
        print("20 points, confidence 0.95, seeds 3 to 20, a seed's noise has the deviation 1 and is normal")
        for reference in [SeedRule.Reference.best, .baseline] {
            for (name, means) in [("20 equal points", equal), ("two tied best ones of 20", tied)] {
                let outcomes = simulate(means, reference)
                let wrong = outcomes.count { $0.claims.contains { means[$0.better] <= means[$0.than] } }
                print("against the \(reference): \(name): a false \"better\" in \(percent(wrong))")
            }
        }
        let one = [2] + equal.dropFirst()
        for reference in [SeedRule.Reference.best, .baseline] {
            // The baseline is the last point.
            let outcomes = simulate(reference == .best ? one : one.reversed(), reference)
            let best = reference == .best ? 0 : 19
            let found = outcomes.count { $0.claims.contains { $0.better == best } }
            print(
                "against the \(reference): one point better by two deviations: found in \(percent(found)), "
                    + "with \(mean(outcomes.map(\.seeds))) seeds a point")
        }
        for difference in [0.75, 1, 1.5, 2, 3] {
            foretell(difference)
        }
    }

    // MARK: A study

    private struct Outcome {
        /// Every "better" that was said at any time.
        var claims: Set<Claim> = []
        /// A point's, on average.
        var seeds = 0.0
        /// The seeds of the points that were compared longest, as foretold at the first look, and as they were.
        var foretold: Int?
        var needed: Int?
    }

    private struct Claim: Hashable {
        let better: Int
        let than: Int
    }

    private func simulate(
        _ means: [Double], _ reference: SeedRule.Reference, max: Int = 20
    ) -> [Outcome] {
        (0..<studies).map { study in
            let rule = SeedRule(min: 3, max: max, confidence: 0.95, margin: 0, reference: reference)
            return run(means, rule, study)
        }
    }

    /// Whichever point without an answer has the fewest seeds gets the next one, as ``SeedSearch`` does it.
    private func run(_ means: [Double], _ rule: SeedRule, _ study: Int) -> Outcome {
        var random = RandomStream(seed: seed, stream: .search, step: study)
        let blocks = (0..<rule.max).map { _ in random.normal() }
        var values = means.map { mean in (0..<rule.min).map { mean + blocks[$0] + random.normal() } }
        var outcome = Outcome()
        while true {
            let comparison = SequentialComparison(
                values.map { row in
                    .init(
                        values: Dictionary(uniqueKeysWithValues: row.enumerated().map { ($0, $1) }),
                        goesOn: row.count < rule.max)
                }, baseline: rule.reference == .baseline ? 0 : nil, goal: .maximize, rule)
            note(comparison, rule, &outcome)
            let first = values.allSatisfy { $0.count == rule.min }
            if first, let further = comparison.reference.flatMap({ comparison.results[$0].furtherSeeds }) {
                outcome.foretold = further
            }
            let open = means.indices.filter {
                comparison.results[$0].answer == .open && values[$0].count < rule.max
            }
            guard let next = open.min(by: { values[$0].count < values[$1].count }) else {
                outcome.seeds = Double(values.reduce(0) { $0 + $1.count }) / Double(means.count)
                let isAnswered = comparison.reference.map { comparison.results[$0].answer != .undecided } ?? false
                outcome.needed = isAnswered ? values.map(\.count).max() : nil
                return outcome
            }
            values[next].append(means[next] + blocks[values[next].count] + random.normal())
        }
    }

    private func note(_ comparison: SequentialComparison, _ rule: SeedRule, _ outcome: inout Outcome) {
        guard let reference = comparison.reference else { return }
        if rule.reference == .best {
            guard comparison.results[reference].answer == .better else { return }
            for other in comparison.results.indices where other != reference {
                outcome.claims.insert(Claim(better: reference, than: other))
            }
        } else {
            for other in comparison.results.indices where other != reference {
                if comparison.results[other].answer == .better {
                    outcome.claims.insert(Claim(better: other, than: reference))
                }
            }
        }
    }

    // MARK: Further seeds

    private func foretell(_ difference: Double) {
        let outcomes = simulate([0, difference], .baseline, max: 200)
        let pairs = outcomes.compactMap { outcome -> (foretold: Int, needed: Int)? in
            guard let foretold = outcome.foretold, let needed = outcome.needed, needed > 3 else { return nil }
            return (foretold, needed - 3)
        }
        let close = pairs.count { pair in
            let ratio = Double(pair.foretold) / Double(pair.needed)
            return (1 / 1.5...1.5).contains(ratio)
        }
        let closeInAll = pairs.count { pair in
            let ratio = Double(pair.foretold + 3) / Double(pair.needed + 3)
            return (1 / 1.5...1.5).contains(ratio)
        }
        let needed = pairs.map(\.needed).sorted()
        print(
            "two points, \(difference) deviations apart: \(needed.isEmpty ? 0 : needed[needed.count / 2]) further seeds "
                + "after 3 (median); foretold within a factor of 1.5 in \(percent(close, of: pairs.count)), the sum "
                + "with the 3 in \(percent(closeInAll, of: pairs.count))")
    }

    private func percent(_ count: Int, of all: Int? = nil) -> String {
        let share = Double(count) / Double(all ?? studies)
        return "\((1000 * share).rounded() / 10) %"
    }

    private func mean(_ values: [Double]) -> Double {
        (100 * values.reduce(0, +) / Double(values.count)).rounded() / 100
    }
}
