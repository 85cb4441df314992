import Experiments
import Studies
import Search
import TestSupport
import Testing

@Suite struct GridSamplerTests {
    private let parameters: [SearchParameter] = [
        .init(path: "a", domain: .values([.string("x"), .string("y")])),
        .init(path: "b", domain: .integer(minimum: -1, maximum: 1, scale: .linear)),
    ]

    @Test func theLastParameterVariesFastest() {
        let grid = GridSampler(SearchSpace(parameters))
        #expect(grid.count == 6)
        let points = (0..<6).compactMap { grid.point($0)?.description }
        #expect(points == ["a=x b=-1", "a=x b=0", "a=x b=1", "a=y b=-1", "a=y b=0", "a=y b=1"])
        #expect(grid.point(6) == nil)
        #expect(grid.point(-1) == nil)
    }

    @Test func withoutParametersThereIsOnePoint() {
        let grid = GridSampler(SearchSpace([]))
        #expect(grid.point(0) == [])
        #expect(grid.point(1) == nil)
    }
}

@Suite struct RandomSamplerTests {
    private func draw(_ domain: ParameterDomain, seed: UInt64, count: Int) -> [ParameterValue] {
        let draws = ParameterDraws(SearchSpace([.init(path: "p", domain: domain)]), seed: seed)
        return (0..<count).compactMap { draws.draw($0)["p"] }
    }

    @Test func aPointDependsOnSeedAndIndexAlone() {
        let domain = ParameterDomain.real(minimum: 0, maximum: 1, scale: .linear)
        let forwards = draw(domain, seed: 3, count: 10)
        let sampler = RandomSampler(SearchSpace([.init(path: "p", domain: domain)]), seed: 3, count: 10)
        let backwards = (0..<10).reversed().compactMap { sampler.point($0)?["p"] }
        #expect(forwards == backwards.reversed())
        #expect(Set(forwards).count == 10)
        #expect(forwards != draw(domain, seed: 4, count: 10))
    }

    @Test func parametersAreDrawnApart() throws {
        let domain = ParameterDomain.real(minimum: 0, maximum: 1, scale: .linear)
        let parameters = ["p", "q"].map { SearchParameter(path: $0, domain: domain) }
        let sampler = RandomSampler(SearchSpace(parameters), seed: 1, count: 1)
        let point = try #require(sampler.point(0))
        #expect(point["p"] != point["q"])
    }

    /// The draws of the first release: a later one must not move the points of a study that it continues.
    @Test func drawsStayWhereTheyAre() {
        let sampler = RandomSampler(
            SearchSpace([
                .init(path: "a", domain: .integer(minimum: 0, maximum: 999, scale: .linear)),
                .init(path: "b", domain: .real(minimum: 0, maximum: 1, scale: .linear)),
            ]), seed: 42, count: 2)
        let points = (0..<2).compactMap { sampler.point($0)?.description }
        #expect(points == ["a=911 b=0.692279381603076", "a=495 b=0.05368705173855248"])
    }

    @Test(arguments: SeededCases(20))
    func realsAreUniformInTheirScale(_ testCase: SeededCase) {
        for scale in ParameterDomain.Scale.allCases {
            let domain = ParameterDomain.real(minimum: 1e-5, maximum: 1e-1, scale: scale)
            let values = draw(domain, seed: testCase.seed, count: 2000).compactMap(\.number)
            #expect(values.allSatisfy { (1e-5...1e-1).contains($0) }, "\(testCase)")
            let middle = scale == .linear ? (1e-5 + 1e-1) / 2 : 1e-3
            let below = values.count { $0 < middle }
            // Five standard errors of a fair coin: 5 * sqrt(2000) / 2.
            #expect(abs(below - 1000) <= 112, "\(testCase) \(scale)")
        }
    }

    @Test(arguments: SeededCases(20))
    func integersAndValuesAreAllDrawn(_ testCase: SeededCase) {
        let die = draw(.integer(minimum: 1, maximum: 6, scale: .linear), seed: testCase.seed, count: 6000)
        let list = draw(.values((1...6).map { .int($0) }), seed: testCase.seed, count: 6000)
        for face in 1...6 {
            for draws in [die, list] {
                // Five standard errors: 5 * sqrt(6000 * 1/6 * 5/6).
                #expect(abs(draws.count { $0 == .int(face) } - 1000) <= 145, "\(testCase)")
            }
        }
        let octaves = draw(.integer(minimum: 1, maximum: 1000, scale: .log), seed: testCase.seed, count: 3000)
        // [0.5, 31.5) holds the fraction log(63) / log(2001) of the draws.
        let low = octaves.compactMap(\.number).count { $0 <= 31 }
        #expect(abs(Double(low) - 3000 * 0.54502) <= 137, "\(testCase)")
        #expect(octaves.compactMap(\.number).allSatisfy { (1...1000).contains($0) }, "\(testCase)")
    }

    @Test func aWideIntegerRangeIsDrawn() {
        let values = draw(
            .integer(minimum: -1_000_000_000, maximum: 1_000_000_000, scale: .linear), seed: 5, count: 1000)
        #expect(values.compactMap(\.number).contains { $0 < -9e8 })
        #expect(values.compactMap(\.number).contains { $0 > 9e8 })
    }

    private func points(_ parameters: [SearchParameter], seed: UInt64 = 7, count: Int) -> [Assignment] {
        let sampler = RandomSampler(SearchSpace(parameters), seed: seed, count: count)
        return (0..<count).compactMap(sampler.point)
    }

    private let few: [SearchParameter] = [
        .init(path: "a", domain: .values([.int(1), .int(2), .int(3)])),
        .init(path: "b", domain: .integer(minimum: 1, maximum: 40, scale: .log)),
    ]

    @Test(arguments: SeededCases(20))
    func noPointComesTwice(_ testCase: SeededCase) {
        let points = points(few, seed: testCase.seed, count: 120)
        #expect(Set(points).count == 120, "\(testCase)")
        // The space has no more.
        #expect(self.points(few, seed: testCase.seed, count: 500) == points, "\(testCase)")
    }

    @Test(arguments: SeededCases(20))
    func moreOfThemLeaveTheFirstOnesWhereTheyAre(_ testCase: SeededCase) {
        let all = points(few, seed: testCase.seed, count: 120)
        for count in [1, 7, 60, 119] {
            #expect(points(few, seed: testCase.seed, count: count) == Array(all.prefix(count)), "\(testCase) \(count)")
        }
    }

    /// Those of a program that drew points twice are found again, each once.
    @Test func pointsAreTheFirstDrawsOfTheirKind() {
        let draws = ParameterDraws(SearchSpace(few), seed: 7)
        var first: [Assignment] = []
        for step in 0..<60 where !first.contains(draws.draw(step)) { first.append(draws.draw(step)) }
        #expect(first.count < 60)
        #expect(points(few, count: first.count) == first)
    }

    @Test func rangesOfRealsStayAsTheyWereDrawn() {
        let parameters = few + [.init(path: "c", domain: .real(minimum: 0, maximum: 1, scale: .linear))]
        let draws = ParameterDraws(SearchSpace(parameters), seed: 7)
        #expect(points(parameters, count: 30) == (0..<30).map(draws.draw))
    }
}
