import Experiments
import Foundation
import Search
import Studies
import TestSupport
import Testing

@Suite struct SobolSequenceTests {
    /// What `make_sobol.py` writes.
    private struct Golden: Decodable {
        var points: Int
        /// By dimension: FNV-1a of the coordinates in units of 1/1024.
        var digests: [String]
    }

    @Test func equalsSciPy() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/sobol.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
        #expect(golden.digests.count == SobolSequence.mostDimensions)
        let sequence = SobolSequence(dimensions: golden.digests.count)
        var digests = [UInt64](repeating: 0xCBF2_9CE4_8422_2325, count: golden.digests.count)
        for index in 0..<golden.points {
            for (dimension, coordinate) in sequence.point(index).enumerated() {
                let number = try #require(UInt64(exactly: coordinate * 1024))
                digests[dimension] = (digests[dimension] ^ number) &* 0x100_0000_01B3
            }
        }
        #expect(digests.map { String($0, radix: 16) } == golden.digests)
    }

    @Test func theFirstPointsAreSobols() {
        let sequence = SobolSequence(dimensions: 3)
        let points = (0..<5).map(sequence.point)
        #expect(
            points == [
                [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625],
            ])
    }

    /// In the first two dimensions, each of the 2^m rectangles of 2^-k by 2^(k-m) has one of 2^m points (a (0, m,
    /// 2)-net).
    @Test(arguments: SeededCases(20))
    func scrambledPointsStayANet(_ testCase: SeededCase) {
        let sequence = SobolSequence(dimensions: 2, scrambledBy: testCase.seed)
        for m in [1, 3, 8] {
            let points = (0..<1 << m).map(sequence.point)
            for k in 0...m {
                let (columns, rows) = (Double(1 << k), Double(1 << (m - k)))
                let cells = Set(points.map { [Int($0[0] * columns), Int($0[1] * rows)] })
                #expect(cells.count == points.count, "\(testCase) \(k) of \(m)")
            }
        }
    }

    /// Nested: two points share as many leading digits as before, and no more. A digital shift would keep the other
    /// digits' differences too.
    @Test(arguments: SeededCases(20))
    func aScrambleIsNested(_ testCase: SeededCase) {
        let plain = SobolSequence(dimensions: 5)
        let scrambled = SobolSequence(dimensions: 5, scrambledBy: testCase.seed)
        func digits(_ sequence: SobolSequence, _ index: Int) -> [UInt32] {
            sequence.point(index).map { UInt32($0 * 0x1p32) }
        }
        var isShift = true
        for (i, j) in [(0, 1), (2, 77), (1000, 1001), (65_535, 5), (123_456, 654_321)] {
            let before = zip(digits(plain, i), digits(plain, j)).map { $0 ^ $1 }
            let after = zip(digits(scrambled, i), digits(scrambled, j)).map { $0 ^ $1 }
            #expect(before.map(\.leadingZeroBitCount) == after.map(\.leadingZeroBitCount), "\(testCase)")
            if before != after { isShift = false }
        }
        #expect(!isShift, "\(testCase)")
    }

    /// Over many seeds, a coordinate is uniform, and independent of that of another dimension.
    @Test func aScrambledPointIsUniform() {
        let count = 4096
        let points = (0..<count).map { SobolSequence(dimensions: 2, scrambledBy: UInt64($0)).point(3) }
        for bit in [2.0, 256, 0x1p20] {
            let (x, y) = (points.map { Int($0[0] * bit) & 1 }, points.map { Int($0[1] * bit) & 1 })
            // Five standard errors of a fair coin: 5 * sqrt(4096) / 2.
            #expect(abs(x.reduce(0, +) - count / 2) <= 160)
            #expect(abs(y.reduce(0, +) - count / 2) <= 160)
            #expect(abs(zip(x, y).count { $0 == $1 } - count / 2) <= 160)
        }
    }
}

@Suite struct SobolSamplerTests {
    private let mixed: [SearchParameter] = [
        .init(path: "rate", domain: .real(minimum: 1e-5, maximum: 1e-1, scale: .log)),
        .init(path: "layers", domain: .integer(minimum: 1, maximum: 4, scale: .linear)),
        .init(path: "kind", domain: .values([.string("a"), .string("b")])),
        .init(path: "units", domain: .integer(minimum: 1, maximum: 1000, scale: .log)),
    ]

    @Test(arguments: SeededCases(20))
    func everyParameterIsSpreadEvenly(_ testCase: SeededCase) {
        let sampler = SobolSampler(SearchSpace(mixed), seed: testCase.seed, count: 64)
        let points = (0..<64).compactMap(sampler.point)
        #expect(Set(points).count == 64)
        for layers in 1...4 { #expect(points.count { $0["layers"] == .int(layers) } == 16, "\(testCase)") }
        #expect(points.count { $0["kind"] == .string("a") } == 32, "\(testCase)")
        // As many in each half of the decades.
        #expect(points.compactMap { $0["rate"]?.number }.count { $0 < 1e-3 } == 32, "\(testCase)")
        let units = points.compactMap { $0["units"]?.number }
        // [0.5, 31.5) holds the fraction log(63) / log(2001) of the scale: 34.88 of 64 points.
        #expect([34, 35].contains(units.count { $0 <= 31 }), "\(testCase)")
        #expect(units.allSatisfy { (1...1000).contains($0) }, "\(testCase)")
    }

    @Test(arguments: SeededCases(10))
    func aSmallSpaceIsListedOnce(_ testCase: SeededCase) {
        let few = Array(mixed[1...2])
        let sampler = SobolSampler(SearchSpace(few), seed: testCase.seed, count: 100)
        let points = (0..<100).compactMap(sampler.point)
        #expect(points.count == 8 && Set(points).count == 8, "\(testCase)")
        let fewer = SobolSampler(SearchSpace(few), seed: testCase.seed, count: 5)
        #expect((0..<5).compactMap(fewer.point) == Array(points.prefix(5)), "\(testCase)")
        #expect(sampler.point(8) == nil && sampler.point(-1) == nil)
    }

    @Test func aPointDependsOnSeedAndIndexAlone() {
        let sampler = SobolSampler(SearchSpace(mixed), seed: 3, count: 10)
        let again = SobolSampler(SearchSpace(mixed), seed: 3, count: 1)
        #expect(sampler.point(9) == again.point(9))
        #expect(sampler.point(9) != SobolSampler(SearchSpace(mixed), seed: 4, count: 10).point(9))
    }
}
