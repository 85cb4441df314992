import Datasets
import TestSupport
import Testing

/// Bytes become the numbers that they would have become as floats.
@Suite struct ByteSamplesTests {
    /// The same samples twice, as bytes and as floats.
    private func pair(_ testCase: SeededCase, shape: [Int]) -> (bytes: Dataset, floats: Dataset) {
        var random = testCase.random
        let bytes = (0..<30 * shape.reduce(1, *)).map { _ in UInt8.random(in: 3...250, using: &random) }
        func dataset(_ samples: Samples) -> Dataset {
            Dataset(
                name: "pixels", sampleShape: shape, samples: samples,
                targets: .classes((0..<30).map { $0 % 2 }, names: ["a", "b"]), digest: "")
        }
        return (dataset(.bytes(SampleArray(bytes))), dataset(.floats(SampleArray(bytes.map(Float.init)))))
    }

    @Test(arguments: SeededCases(5), [[3, 4, 5], [1, 2, 2], [7], [5, 1, 1]])
    func sameNumbersAsFloats(_ testCase: SeededCase, shape: [Int]) throws {
        let (bytes, floats) = pair(testCase, shape: shape)
        let split = try Split.make(of: bytes, .shares(validation: 0.2, test: 0.2), seed: testCase.seed)
        for scaling in [Scaling.minMax, .standardize, .none] {
            let a = try PreparedData(bytes, split: split, scaling: scaling)
            let b = try PreparedData(floats, split: split, scaling: scaling)
            for (ours, theirs) in [(a.training, b.training), (a.validation, b.validation), (a.test, b.test)] {
                if scaling == .standardize {
                    // The sums of bytes are exact, those of floats are rounded.
                    #expect(zip(ours.features, theirs.features).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(testCase)")
                    #expect(ours.features.count == theirs.features.count)
                } else {
                    #expect(ours.features == theirs.features, "\(scaling), \(testCase)")
                }
            }
        }
    }

    @Test func constantBytes() throws {
        let data = Dataset(
            name: "grey", sampleShape: [1, 2, 2], samples: .bytes(SampleArray(Array(repeating: 77, count: 80))),
            targets: .classes((0..<20).map { $0 % 2 }, names: ["a", "b"]), digest: "")
        let split = try Split.make(of: data, .shares(validation: 0.2, test: 0.2), seed: 1)
        for scaling in [Scaling.minMax, .standardize] {
            #expect(try PreparedData(data, split: split, scaling: scaling).test.features.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: SeededCases(3)) func normalizedByGivenNumbers(_ testCase: SeededCase) throws {
        let (bytes, floats) = pair(testCase, shape: [3, 2, 2])
        let split = try Split.make(of: bytes, .shares(validation: 0.2, test: 0.2), seed: 1)
        let (means, deviations) = ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
        let scaling = Scaling.normalize(mean: means, deviation: deviations)
        let images = try PreparedData(bytes, split: split, scaling: scaling).training.features
        let raw = split.training.flatMap { bytes.floats[$0 * 12..<($0 + 1) * 12] }
        for (place, value) in raw.enumerated() {
            let channel = place / 4 % 3
            let expected = (Double(value) / 255 - means[channel]) / deviations[channel]
            #expect(abs(Double(images[place]) - expected) < 1e-6)
        }
        let one = Scaling.normalize(mean: [100], deviation: [50])
        let numbers = try PreparedData(floats, split: split, scaling: one).training.features
        #expect(zip(numbers, raw).allSatisfy { abs($0 - ($1 - 100) / 50) < 1e-6 })
        #expect(numbers.count == raw.count)
    }

    @Test(arguments: [
        (
            Scaling.normalize(mean: [0.5, 0.5], deviation: [1]), false,
            "normalize: mean has 2 numbers, but a sample has 3 channels"
        ),
        (.normalize(mean: [0.5], deviation: [1, 1, 0]), false, "normalize: std is 0.0, and must be above 0"),
        (.normalize(mean: [0.5], deviation: []), false, "normalize: std has 0 numbers, but a sample has 3 channels"),
        (
            .normalize(mean: [0.5], deviation: [1]), true,
            "normalize has numbers for the features only; the target cannot be scaled"
        ),
    ])
    func numbersThatDoNotFit(_ scaling: Scaling, scaleTarget: Bool, says: String) throws {
        let (bytes, _) = pair(SeededCases(1)[0], shape: [3, 2, 2])
        let split = try Split.make(of: bytes, .shares(validation: 0.2, test: 0.2), seed: 1)
        let error = #expect(throws: DatasetError.self) {
            try PreparedData(bytes, split: split, scaling: scaling, scaleTarget: scaleTarget)
        }
        #expect(error?.description == "pixels: \(says)")
    }
}
