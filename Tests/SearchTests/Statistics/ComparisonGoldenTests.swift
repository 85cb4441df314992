import Studies
import Foundation
import Search
import Testing

/// Whole comparisons against SciPy's numbers; `make_comparisons.py` makes them.
@Suite struct ComparisonGoldenTests {
    struct Study: Decodable, Sendable, CustomTestStringConvertible {
        /// By point, then by replicate.
        var values: [[Double]]
        var means: [Mean]
        /// Of each point but the first.
        var judged: [Difference]

        var testDescription: String { "\(values.count) points, \(values[0].count) seeds" }
    }

    struct Mean: Decodable {
        var mean: Double
        var interval: [Double]?
    }

    struct Difference: Decodable {
        var difference: Double
        var p: Double
        var adjusted: Double
        var interval: [Double]?
        var confidence: Double
        var verdict: String
    }

    static let studies: [Study] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/comparisons.json")
        do {
            return try JSONDecoder().decode([Study].self, from: Data(contentsOf: path))
        } catch {
            fatalError("\(path.path): \(error)")
        }
    }()

    @Test func allStudiesAreThere() {
        #expect(Self.studies.count == 8 && Self.studies.contains { $0.judged.contains { $0.verdict == "worse" } })
    }

    @Test(arguments: studies)
    func equalsSciPy(_ golden: Study) throws {
        let comparison = try Comparison(SampleArms.state(golden.values), terms: SampleArms.terms)
        #expect(comparison.testCount == golden.judged.count)
        for (arm, mean) in zip(comparison.arms, golden.means) {
            let estimate = try #require(arm.estimate)
            #expect(abs(estimate.mean - mean.mean) < 1e-12)
            #expect(isClose(estimate.interval, mean.interval), "\(arm.label)")
        }
        for (arm, expected) in zip(comparison.others, golden.judged) {
            let difference = try #require(arm.difference)
            #expect(abs(difference.mean - expected.difference) < 1e-12)
            #expect(abs(try #require(difference.p) / expected.p - 1) < 1e-8)
            #expect(abs(try #require(difference.adjustedP) / expected.adjusted - 1) < 1e-8)
            #expect(abs(difference.confidence - expected.confidence) < 1e-10)
            #expect(isClose(difference.interval, expected.interval), "\(arm.label)")
            #expect(arm.verdict?.rawValue == expected.verdict)
        }
    }

    private func isClose(_ found: Interval?, _ expected: [Double]?) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return abs(found.lower - expected[0]) < 1e-9 && abs(found.upper - expected[1]) < 1e-9
    }
}
