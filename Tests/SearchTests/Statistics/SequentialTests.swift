import Experiments
import Foundation
import Random
import Search
import TestSupport
import Testing

/// Differences of points in blocks of a seed, and the t test of them that may be looked at at any time.
@Suite struct SequentialTests {
    struct Golden: Decodable, Sendable, CustomTestStringConvertible {
        struct Difference: Decodable, Sendable {
            var mean: Double
            var factor: Double
            var logEvidence: Double
            var half: Double?
        }

        var values: [[Double?]]
        var variance: Double
        var freedom: Int
        var level: Double
        var differences: [Difference]

        var testDescription: String { "\(values.count) points" }

        var treatments: [[Int: Double]] {
            values.map { row in
                Dictionary(
                    uniqueKeysWithValues: row.enumerated().compactMap { block, value in value.map { (block, $0) } })
            }
        }
    }

    static let cases: [Golden] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/sequential.json")
        do {
            return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: path))
        } catch {
            fatalError("\(path.path): \(error)")
        }
    }()

    @Test(arguments: cases)
    func equalsScipy(_ golden: Golden) throws {
        let analysis = try #require(BlockAnalysis(golden.treatments))
        #expect(analysis.degreesOfFreedom == golden.freedom)
        #expect(abs(analysis.variance / golden.variance - 1) < 1e-9)
        for (index, expected) in golden.differences.enumerated() {
            let found = analysis.difference(of: index + 1, to: 0)
            #expect(abs(found.mean - expected.mean) < 1e-12)
            #expect(abs(found.varianceFactor / expected.factor - 1) < 1e-9)
            #expect(abs(SequentialTest.logEvidence(found, analysis) - expected.logEvidence) < 1e-6)
            let half = SequentialTest.halfWidth(found, analysis, level: golden.level)
            if let expected = expected.half {
                #expect(abs(half / expected - 1) < 1e-6)
            } else {
                #expect(half > 200 * (found.varianceFactor * analysis.variance).squareRoot())
            }
        }
    }

    /// Of two points with the same seeds, it is the paired t statistic.
    @Test(arguments: SeededCases(20))
    func ofTwoPointsItIsThePairedDifference(_ testCase: SeededCase) throws {
        var random = testCase.random
        let count = Int.random(in: 2...12, using: &random)
        let rows = (0..<2).map { _ in
            Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, Double.random(in: 0...1, using: &random)) })
        }
        let analysis = try #require(BlockAnalysis(rows))
        let paired = try #require(PairedDifference(of: rows[1], to: rows[0]))
        let found = analysis.difference(of: 1, to: 0)
        #expect(abs(found.mean - paired.mean) < 1e-12)
        let t = found.mean / (found.varianceFactor * analysis.variance).squareRoot()
        let p = StudentT.twoSided(t, degreesOfFreedom: Double(analysis.degreesOfFreedom))
        #expect(abs(p - (try #require(paired.p))) < 1e-9, "\(testCase)")
        #expect(
            SequentialTest.p(found, analysis) >= p, "a test for every moment is no sharper than one for a single one")
    }

    /// The interval has those means against which the evidence is below 1 / level.
    @Test func theIntervalIsTheTestTurnedRound() throws {
        let rows: [[Int: Double]] = [[0: 0.5, 1: 0.52, 2: 0.49, 3: 0.55], [0: 0.6, 1: 0.61, 2: 0.62, 3: 0.63]]
        let analysis = try #require(BlockAnalysis(rows))
        let difference = analysis.difference(of: 1, to: 0)
        let half = SequentialTest.halfWidth(difference, analysis, level: 0.05)
        for end in [difference.mean - half, difference.mean + half] {
            #expect(abs(SequentialTest.logEvidence(difference, analysis, against: end) - log(20)) < 1e-9)
        }
    }

    @Test func withoutTwoBlocksOrTwoPointsNothingIsKnown() {
        #expect(BlockAnalysis([[0: 1], [0: 2]]) == nil)
        #expect(BlockAnalysis([[0: 1, 1: 2, 2: 3]]) == nil)
        // Nothing connects them.
        #expect(BlockAnalysis([[0: 1, 1: 2, 2: 3], [1: 1, 3: 2, 4: 3]]) == nil)
    }

    // MARK: Answers

    private func rule(margin: Double = 0, max: Int = 20) -> SeedRule {
        SeedRule(min: 3, max: max, confidence: 0.95, margin: margin)
    }

    private func point(_ values: [Double], goesOn: Bool = true) -> SequentialComparison.Point {
        .init(values: Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0, $1) }), goesOn: goesOn)
    }

    private let base = [0.50, 0.52, 0.51, 0.53, 0.50, 0.52, 0.51, 0.53]

    @Test func thereAreFiveAnswers() {
        let noise = [0.001, -0.001, 0.002, -0.002, 0.001, -0.001, 0.002, -0.002]
        func shifted(_ by: Double, _ scale: Double = 1) -> [Double] {
            zip(base, noise).map { $0 + by + scale * $1 }
        }
        let wide = [0.1, -0.1, 0.2, -0.2, 0.1, -0.1, 0.2, -0.2]
        let compare = { (points: [SequentialComparison.Point], goal: Goal, margin: Double) in
            SequentialComparison(points, baseline: 0, goal: goal, self.rule(margin: margin)).results.map(\.answer)
        }
        #expect(compare([point(base), point(shifted(0.1))], .maximize, 0) == [.worse, .better])
        #expect(compare([point(base), point(shifted(0.1))], .minimize, 0) == [.better, .worse])
        #expect(compare([point(base), point(shifted(0.0001))], .maximize, 0.01) == [.equivalent, .equivalent])
        let noisy = zip(base, wide).map { $0 + $1 }
        #expect(compare([point(base), point(noisy)], .maximize, 0.01) == [.open, .open])
        #expect(
            compare([point(base, goesOn: false), point(noisy, goesOn: false)], .maximize, 0.01) == [
                .undecided, .undecided,
            ])
        // The difference is real, but nobody needs it.
        #expect(compare([point(base), point(shifted(0.005, 0.01))], .maximize, 0.01) == [.equivalent, .equivalent])
    }

    @Test func theBestIsComparedWithAllOthers() {
        let points = [base.map { $0 - 0.1 }, base, base.map { $0 - 0.2 }].enumerated().map { place, values in
            point(values.enumerated().map { $1 + 0.001 * Double(($0 * 7 + place * 3) % 5) })
        }
        let comparison = SequentialComparison(points, baseline: nil, goal: .maximize, rule())
        #expect(comparison.reference == 1)
        #expect(comparison.results.map(\.answer) == [.worse, .better, .worse])
        #expect(comparison.results[0].difference.map { abs($0 + 0.1) < 0.01 } == true)
        #expect(comparison.results[0].interval.map { $0.upper < 0 } == true)
    }

    @Test func furtherSeedsAreThoseAfterWhichThereIsAnAnswer() throws {
        let values = [0.03, 0.0, 0.04, 0.01]
        let points = [point([0.5, 0.52, 0.51, 0.53]), point(zip([0.5, 0.52, 0.51, 0.53], values).map { $0 + $1 })]
        let result = SequentialComparison(points, baseline: 0, goal: .maximize, rule(max: 200)).results[1]
        #expect(result.answer == .open)
        let seeds = try #require(result.furtherSeeds)
        // The same values again and again.
        func answer(_ count: Int) -> SequentialComparison.Answer {
            let one = (0..<count).map { 0.5 + [0.0, 0.02, 0.01, 0.03][$0 % 4] }
            let other = (0..<count).map { one[$0] + values[$0 % 4] }
            return SequentialComparison([point(one), point(other)], baseline: 0, goal: .maximize, rule(max: 200))
                .results[1].answer
        }
        let needed = try #require((5..<200).first { answer($0) == .better })
        #expect(abs(needed - (4 + seeds)) <= 4, "\(seeds) further seeds were predicted, \(needed - 4) were needed")
    }

    /// A look after every seed, at 20 points without a difference: a better one is seen in fewer than one study of twenty.
    @Test func looksDoNotAddUp() {
        var random = RandomStream(seed: 11, stream: .search)
        var wrong = (best: 0, baseline: 0)
        for _ in 0..<200 {
            var rows = [[Double]](repeating: [], count: 20)
            var claims = (best: false, baseline: false)
            for _ in 0..<10 {
                let block = random.normal()
                for row in rows.indices { rows[row].append(block + random.normal()) }
                guard rows[0].count >= 3 else { continue }
                let points = rows.map { point($0) }
                let best = SequentialComparison(points, baseline: nil, goal: .maximize, rule())
                claims.best = claims.best || best.reference.map { best.results[$0].answer == .better } ?? false
                let others = SequentialComparison(points, baseline: 0, goal: .maximize, rule())
                claims.baseline = claims.baseline || others.results.dropFirst().contains { $0.answer == .better }
            }
            wrong.best += claims.best ? 1 : 0
            wrong.baseline += claims.baseline ? 1 : 0
        }
        #expect(wrong.best <= 10 && wrong.baseline <= 10, "\(wrong) of 200")
    }
}
