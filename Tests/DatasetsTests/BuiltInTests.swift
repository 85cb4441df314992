import Datasets
import Testing

/// The data that ship with Winnow are what their SOURCE.md says.
@Suite struct BuiltInTests {
    private func counts(_ dataset: Dataset) -> [Int] {
        guard case .classes(let labels, let names) = dataset.targets else { return [] }
        return labels.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
    }

    @Test func mnist() throws {
        let clock = ContinuousClock()
        var dataset: Dataset?
        let time = try clock.measure { dataset = try DataSource.mnist5k.load() }
        print("mnist-5k was read in \(time)")
        let digits = try #require(dataset)
        #expect(digits.sampleShape == [1, 28, 28])
        #expect(digits.count == 5000)
        #expect(counts(digits) == [Int](repeating: 500, count: 10))
        #expect(digits.targets.classNames == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
        #expect(digits.floats.count == 5000 * 784)
        #expect(digits.floats.min() == 0)
        #expect(digits.floats.max() == 255)
        // The sum of all pixels, by zcat and awk.
        #expect(digits.floats.reduce(0.0) { $0 + Double($1) } == 131267102)
        #expect(digits.digest == "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d")
    }

    @Test func digits() throws {
        let digits = try DataSource.digits.load()
        #expect(digits.sampleShape == [1, 8, 8])
        #expect(digits.count == 1797)
        #expect(counts(digits) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(digits.floats.prefix(8) == [0, 0, 5, 13, 9, 1, 0, 0])
        #expect(digits.digest == "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22")
    }

    @Test func housing() throws {
        let housing = try DataSource.housing.load()
        #expect(housing.sampleShape == [13])
        #expect(housing.count == 506)
        #expect(
            housing.featureNames
                == ["CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"])
        #expect(housing.floats.prefix(3) == [0.00632, 18, 2.31])
        guard case .values(let prices) = housing.targets else {
            Issue.record("prices are values")
            return
        }
        #expect(prices.min() == 5)
        #expect(prices.max() == 50)
        #expect(prices.prefix(2) == [24, 21.6])
        #expect(housing.digest == "b92cbdbacf40a474a6a9db0aee21530ab2d1e389b59e4bc668e62c7230590cab")
    }
}
