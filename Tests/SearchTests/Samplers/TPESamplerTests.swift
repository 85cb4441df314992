import Experiments
import Foundation
import Random
import Search
import Studies
import TestSupport
import Testing

@Suite struct TPESamplerTests {
    typealias Observation = TPESampler.Observation

    private static let mixed: [SearchParameter] = [
        .init(path: "rate", domain: .real(minimum: 1e-5, maximum: 1e-1, scale: .log)),
        .init(path: "decay", domain: .real(minimum: 0, maximum: 1, scale: .linear)),
        .init(path: "layers", domain: .integer(minimum: 1, maximum: 8, scale: .linear)),
        .init(path: "units", domain: .integer(minimum: 4, maximum: 512, scale: .log)),
        .init(path: "kind", domain: .values([.string("a"), .string("b"), .string("c")])),
    ]

    /// Trials of random points.
    private func history(
        _ parameters: [SearchParameter] = mixed, seed: UInt64, count: Int, loss: (Assignment) -> Double?
    ) -> [Observation] {
        let draws = ParameterDraws(SearchSpace(parameters), seed: seed)
        return (0..<count).compactMap {
            Observation(draws.draw($0), loss: loss(draws.draw($0)), of: SearchSpace(parameters))
        }
    }

    private func decay(_ assignment: Assignment) -> Double { assignment["decay"]?.number ?? .nan }

    @Test(arguments: SeededCases(20))
    func aProposalIsInTheSpaceAndAFunctionOfWhatIsGiven(_ testCase: SeededCase) {
        let observations = history(seed: testCase.seed, count: 60, loss: decay)
        let sampler = TPESampler(SearchSpace(Self.mixed), seed: testCase.seed)
        let proposals = (0..<20).map { sampler.next($0, after: observations) }
        for proposal in proposals {
            #expect(proposal.elements.map(\.path) == Self.mixed.map(\.path))
            for (parameter, element) in zip(Self.mixed, proposal.elements) {
                #expect(parameter.domain.coordinate(of: element.value) != nil, "\(testCase) \(proposal)")
            }
        }
        #expect(proposals == (0..<20).map { sampler.next($0, after: observations) })
        #expect(Set(proposals).count == 20)
        #expect(proposals[0] != TPESampler(SearchSpace(Self.mixed), seed: 1).next(0, after: observations))
    }

    @Test func theFirstPointsAreRandomDraws() {
        let sampler = TPESampler(SearchSpace(Self.mixed), seed: 9)
        let draws = ParameterDraws(SearchSpace(Self.mixed), seed: 9)
        let observations = history(seed: 9, count: 10, loss: decay)
        let running = history(seed: 8, count: 10) { _ in nil }
        #expect(sampler.next(7, after: observations.dropLast() + running) == draws.draw(7))
        #expect(sampler.next(7, after: observations) != draws.draw(7))
    }

    @Test func failedTrialsAreTheWorst() {
        let losses: [Double?] = [.nan, 3, -.infinity, 1, .infinity, nil, 2, 1] + Array(repeating: 5, count: 13)
        let (best, others) = TPESampler.split(losses)
        #expect(best == [3, 7])
        #expect(others == [0, 1, 2] + Array(4...6) + Array(8...20))
        #expect(TPESampler.split(Array(repeating: .nan, count: 30)).best == [])
    }

    /// Where all points of one half diverge, the proposals keep to the other one.
    @Test(arguments: SeededCases(5))
    func failuresAreAvoided(_ testCase: SeededCase) {
        let observations = history(seed: testCase.seed, count: 60) { decay($0) < 0.5 ? .nan : 1 - decay($0) }
        let sampler = TPESampler(SearchSpace(Self.mixed), seed: testCase.seed)
        let proposals = (0..<30).map { decay(sampler.next($0, after: observations)) }
        #expect(proposals.count { $0 > 0.5 } >= 28, "\(testCase) \(proposals)")
        let failures = history(seed: testCase.seed, count: 30) { _ in .nan }
        #expect((0..<5).allSatisfy { decay(sampler.next($0, after: failures)).isFinite })
    }

    @Test(arguments: SeededCases(5))
    func theBestRegionIsLookedAtMost(_ testCase: SeededCase) {
        let observations = history(seed: testCase.seed, count: 80) { assignment in
            abs(log10(assignment["rate"]?.number ?? 0) + 3) + (assignment["kind"] == .string("b") ? 0 : 2)
        }
        let sampler = TPESampler(SearchSpace(Self.mixed), seed: testCase.seed)
        let proposals = (0..<40).map { sampler.next($0, after: observations) }
        #expect(proposals.count { $0["kind"] == .string("b") } >= 36, "\(testCase)")
        let near = proposals.compactMap { $0["rate"]?.number }.count { (1e-4...1e-2).contains($0) }
        #expect(near >= 36, "\(testCase) \(near)")
    }

    /// The constant liar: a running trial keeps others away from its point.
    @Test func runningTrialsRepel() {
        let line: [SearchParameter] = [
            .init(path: "decay", domain: .real(minimum: 0, maximum: 1, scale: .linear))
        ]
        let observations = history(line, seed: 4, count: 40) { abs(decay($0) - 0.5) }
        let sampler = TPESampler(SearchSpace(line), seed: 4)
        let first = decay(sampler.next(0, after: observations))
        let point: Assignment = [.init(path: "decay", value: .double(first))]
        let running = (0..<20).compactMap { _ in Observation(point, loss: nil, of: SearchSpace(line)) }
        let spread = { (others: [Observation]) in
            (0..<30).map { abs(self.decay(sampler.next($0, after: observations + others)) - first) }.reduce(0, +)
        }
        #expect(spread(running) > 1.5 * spread([]))
    }

    @Test func trialsOfAnotherSpaceAreNone() {
        let point = ParameterDraws(SearchSpace(Self.mixed), seed: 3).draw(0).elements
        func isObservation(_ elements: [Assignment.Element]) -> Bool {
            Observation(Assignment(elements), loss: 0, of: SearchSpace(Self.mixed)) != nil
        }
        #expect(isObservation(point))
        #expect(isObservation(point.reversed() + [.init(path: "epsilon", value: .int(1))]))
        #expect(!isObservation(point.dropLast()))
        #expect(!isObservation(point.map { $0.path == "layers" ? .init(path: "layers", value: .int(9)) : $0 }))
    }

    /// Numbers that were written to a journal may come back as 1 or as 1.0.
    @Test func aNumberHasManySpellings() {
        let list = ParameterDomain.values([.int(1), .double(0.5), .bool(true)])
        #expect([.double(1), .double(0.5), .bool(true)].map(list.coordinate(of:)) == [0, 1, 2])
        #expect(list.coordinate(of: .int(2)) == nil)
        let range = ParameterDomain.integer(minimum: 1, maximum: 3, scale: .linear)
        #expect([.double(2), .double(2.5), .int(4), .bool(true)].map(range.coordinate(of:)) == [1, nil, nil, nil])
    }
}

@Suite struct ParzenEstimatorTests {
    private static let domains: [ParameterDomain] = [
        .real(minimum: -1, maximum: 3, scale: .linear), .integer(minimum: 1, maximum: 4, scale: .log),
        .values([.int(0), .int(1), .int(2)]),
    ]

    private func estimator(_ random: inout some RandomNumberGenerator) -> ParzenEstimator {
        let count = Int.random(in: 0...40, using: &random)
        return ParzenEstimator(
            Self.domains,
            observations: [
                (0..<count).map { _ in Double.random(in: -1...3, using: &random) },
                (0..<count).map { _ in Double(Int.random(in: 1...4, using: &random)) },
                (0..<count).map { _ in Double(Int.random(in: 0...2, using: &random)) },
            ])
    }

    @Test(arguments: SeededCases(20))
    func aDensityAddsUpToOne(_ testCase: SeededCase) {
        var random = testCase.random
        let estimator = estimator(&random)
        let steps = 2000
        var sum = 0.0
        for step in 0..<steps {
            let x = -1 + 4 * (Double(step) + 0.5) / Double(steps)
            for integer in 1...4 {
                for choice in 0...2 {
                    sum += exp(estimator.logDensity(at: [x, Double(integer), Double(choice)])) * 4 / Double(steps)
                }
            }
        }
        #expect(abs(sum - 1) < 1e-5, "\(testCase) \(sum)")
    }

    /// Draws fall into cells of the space as often as the density says.
    @Test(arguments: SeededCases(5))
    func drawsFollowTheDensity(_ testCase: SeededCase) {
        var random = testCase.random
        let estimator = estimator(&random)
        let count = 20_000
        var stream = RandomStream(seed: testCase.seed, stream: .proposal)
        var found: [[Int]: Int] = [:]
        for _ in 0..<count {
            let point = estimator.sample(from: &stream)
            found[[point[0] < 0.5 ? 0 : 1, Int(point[1]), Int(point[2])], default: 0] += 1
        }
        var expected: [[Int]: Double] = [:]
        let steps = 800
        for step in 0..<steps {
            let x = -1 + 4 * (Double(step) + 0.5) / Double(steps)
            for integer in 1...4 {
                for choice in 0...2 {
                    let probability =
                        exp(estimator.logDensity(at: [x, Double(integer), Double(choice)])) * 4 / Double(steps)
                    expected[[x < 0.5 ? 0 : 1, integer, choice], default: 0] += probability
                }
            }
        }
        for (cell, probability) in expected {
            let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
            let difference = Double(found[cell] ?? 0) - Double(count) * probability
            #expect(abs(difference) < 5 * deviation + 2, "\(testCase) \(cell)")
        }
    }
}
