import Search
import TestSupport
import Testing

struct StudentTTests {
    /// scipy 1.17: `stats.t.ppf(p, n)` at p of 0.6, 0.975, 0.995 and 0.99999.
    private static let quantiles: [(degrees: Double, quantiles: [Double])] = [
        (0.5, [0.3979754267847907, 164.55767348048818, 4113.964588804174, 1028491156.3257012]),
        (1, [0.32491969623290634, 12.706204736174694, 63.656741162871526, 31830.988608051957]),
        (2, [0.2886751345948128, 4.302652729749462, 9.924843200918287, 223.60344363454604]),
        (3, [0.2766706623326898, 3.1824463052837078, 5.840909309733355, 47.92772837600671]),
        (4, [0.2707222947075976, 2.7764451051977934, 4.604094871349992, 23.332182700855984]),
        (9, [0.260955336473911, 2.262157162798205, 3.249835541592126, 8.102057879399425]),
        (29.5, [0.2556438332441564, 2.043724966772122, 2.753133270256325, 5.06946247157895]),
        (
            1000,
            [0.25341451583949876, 1.9623390808264083, 2.580754698065951, 4.285437682653988]
        ),
    ]

    @Test(arguments: quantiles)
    func quantilesAreScipys(_ degrees: Double, _ expected: [Double]) {
        for (p, quantile) in zip([0.6, 0.975, 0.995, 0.99999], expected) {
            let found = StudentT.quantile(p, degreesOfFreedom: degrees)
            #expect(abs(found / quantile - 1) < 1e-10, "p \(p), \(degrees) degrees: \(found), not \(quantile)")
        }
    }

    /// Next to the median a quantile is the distance in p over the density at 0, which is 1 / pi, 1 / sqrt(8), 3/8.
    @Test(arguments: [(1, Double.pi), (2, 8.0.squareRoot()), (4, 8.0 / 3)])
    func quantilesNextToTheMedian(_ degrees: Double, _ inverseDensity: Double) {
        let found = StudentT.quantile(0.5 + 0x1p-20, degreesOfFreedom: degrees)
        #expect(abs(found / (0x1p-20 * inverseDensity) - 1) < 1e-9)
    }

    @Test func quantilesMirrorAndEnd() {
        #expect(StudentT.quantile(0.5, degreesOfFreedom: 3) == 0)
        #expect(StudentT.quantile(0.25, degreesOfFreedom: 3) == -StudentT.quantile(0.75, degreesOfFreedom: 3))
        #expect(StudentT.quantile(1, degreesOfFreedom: 3) == .infinity)
        #expect(StudentT.quantile(0, degreesOfFreedom: 3) == -.infinity)
    }

    /// scipy 1.17: `2 * stats.t.sf(t, n)`.
    @Test(arguments: [
        (0, 3, 1), (0.5, 1, 0.7048327646991335), (2, 4, 0.11611652351681556), (12.5, 2, 0.006339208103544684),
        (60, 5, 2.4336377589983804e-08), (4.5, 200, 1.151878126287533e-05),
    ])
    func twoSidedIsScipys(_ t: Double, _ degrees: Double, _ p: Double) {
        #expect(abs(StudentT.twoSided(t, degreesOfFreedom: degrees) / p - 1) < 1e-11)
        #expect(StudentT.twoSided(-t, degreesOfFreedom: degrees) == StudentT.twoSided(t, degreesOfFreedom: degrees))
    }

    @Test(arguments: SeededCases(200))
    func tailTakesAQuantileBack(_ testCase: SeededCase) {
        var random = testCase.random
        let degrees = Double.random(in: 1...60, using: &random)
        let p = Double.random(in: 0.001...0.999, using: &random)
        let t = StudentT.quantile(p, degreesOfFreedom: degrees)
        #expect(abs(StudentT.tail(t, degreesOfFreedom: degrees) - (1 - p)) < 1e-12, "\(testCase)")
    }

    @Test func farTailsAreNotRoundedAway() {
        #expect(StudentT.tail(1e150, degreesOfFreedom: 1) > 0)
        #expect(StudentT.tail(.infinity, degreesOfFreedom: 1) == 0)
        #expect(StudentT.tail(.nan, degreesOfFreedom: 1).isNaN)
    }
}
