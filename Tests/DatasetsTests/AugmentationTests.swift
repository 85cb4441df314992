import Datasets
import Random
import TestSupport
import Testing

/// Augmented images are what a hand would draw, as often as they ought to be, and the same at the same step.
@Suite struct AugmentationTests {
    /// The training part of small images with pixels 1, 2, 3, ...; several channels go on counting.
    private func part(
        shape: [Int] = [1, 3, 4], scaling: Scaling = .none, asBytes: Bool = true, count: Int = 20
    ) throws -> Part {
        let width = shape.reduce(1, *)
        let pixels = (0..<count * width).map { UInt8($0 % width + 1) }
        let data = Dataset(
            name: "images", sampleShape: shape,
            samples: asBytes ? .bytes(SampleArray(pixels)) : .floats(SampleArray(pixels.map(Float.init))),
            targets: .classes((0..<count).map { Int32($0 % 2) }, names: ["a", "b"]), digest: "")
        let split = try Split.make(of: data, .shares(validation: 0.2, test: 0.2), seed: 1)
        return try PreparedData(data, split: split, scaling: scaling).training
    }

    private func images(
        _ part: Part, _ augmentations: [Augmentation], count: Int = 1, step: Int = 0, seed: UInt64 = 1
    ) throws -> [[Float]] {
        let augmented = try AugmentedPart(part, augmentations: augmentations, seed: seed, name: "images")
        var features = [Float](repeating: .nan, count: count * part.featureCount)
        features.withUnsafeMutableBufferPointer {
            augmented.gather(Array(repeating: 0, count: count)[...], step: step, features: $0)
        }
        return (0..<count).map { Array(features[$0 * part.featureCount..<($0 + 1) * part.featureCount]) }
    }

    @Test(arguments: [true, false]) func flip(asBytes: Bool) throws {
        let flipped = try images(part(shape: [2, 2, 3], asBytes: asBytes), [.horizontalFlip(probability: 1)])
        #expect(flipped == [[3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]])
        let twice = try images(
            part(shape: [2, 2, 3], asBytes: asBytes),
            [.horizontalFlip(probability: 1), .horizontalFlip(probability: 1)])
        #expect(twice == [(1...12).map(Float.init)])
        let never = try images(part(shape: [2, 2, 3], asBytes: asBytes), [.horizontalFlip(probability: 0)])
        #expect(never == [(1...12).map(Float.init)])
    }

    /// A 2 x 2 image within one zero on each side has nine places.
    private static let crops: [[Float]] = [
        [0, 0, 0, 1], [0, 0, 1, 2], [0, 0, 2, 0],
        [0, 1, 0, 3], [1, 2, 3, 4], [2, 0, 4, 0],
        [0, 3, 0, 0], [3, 4, 0, 0], [4, 0, 0, 0],
    ]

    @Test(arguments: [true, false]) func everyCropComesEquallyOften(asBytes: Bool) throws {
        let part = try part(shape: [1, 2, 2], asBytes: asBytes)
        let draws = 9000
        let found = try (0..<9).flatMap {
            try images(part, [.randomCrop(padding: 1)], count: draws / 9, step: $0)
        }
        #expect(found.allSatisfy(Self.crops.contains))
        for crop in Self.crops {
            // p = 1/9: a standard error of sqrt(9000 x 1/9 x 8/9) = 29.8.
            #expect(abs(Double(found.count { $0 == crop }) - 1000) < 4 * 29.8, "\(crop)")
        }
    }

    /// The padding is zero before scaling.
    @Test(arguments: [true, false]) func paddingIsScaled(asBytes: Bool) throws {
        let part = try part(shape: [3, 2, 2], scaling: .standardize, asBytes: asBytes)
        let plain = try images(part, [])[0]
        // Channel c has the pixels 4c + 1 ... 4c + 4, of mean 4c + 2.5 and variance 1.25.
        let zeros = (0..<3).map { Float(-(4 * Double($0) + 2.5) / 1.25.squareRoot()) }
        for image in try images(part, [.randomCrop(padding: 1)], count: 50) {
            for (place, value) in image.enumerated() where !plain.contains(value) {
                #expect(abs(value - zeros[place / 4]) < 1e-6)
            }
        }
    }

    @Test func aCropBeyondTheImageIsEmpty() throws {
        let found = try images(part(shape: [1, 2, 2]), [.randomCrop(padding: 50)], count: 200)
        #expect(found.count { $0 == [0, 0, 0, 0] } > 180)
    }

    /// Flips, crops and erasings one on top of the other are what carrying them out one by one gives.
    @Test(arguments: SeededCases(40)) func anyOrderIsOneByOne(_ testCase: SeededCase) throws {
        var random = testCase.random
        let (height, width) = (Int.random(in: 3...7, using: &random), Int.random(in: 3...7, using: &random))
        let part = try part(shape: [1, height, width])
        let augmentations = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Augmentation in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .horizontalFlip(probability: 0.5)
            case 1: .randomCrop(padding: Int.random(in: 1...3, using: &random))
            default: .randomErasing(probability: 0.7, area: 0.05...0.4, aspect: 0.3...3.3)
            }
        }
        let found = try images(part, augmentations, count: 20, step: 3, seed: testCase.seed)
        for (place, image) in found.enumerated() {
            var stream = RandomStream(seed: testCase.seed, stream: .augmentation, index: place, step: 3)
            var picture = Picture(height: height, width: width)
            for augmentation in augmentations { picture.apply(augmentation, &stream) }
            #expect(image == picture.pixels, "\(augmentations), \(testCase)")
        }
    }

    @Test func flipsAreAsOftenAsAskedFor() throws {
        let part = try part()
        let plain = try images(part, [])[0]
        let draws = 20_000
        let found = try images(part, [.horizontalFlip(probability: 0.3)], count: draws)
        let share = Double(found.count { $0 != plain }) / Double(draws)
        #expect(abs(share - 0.3) < 4 * (0.3 * 0.7 / Double(draws)).squareRoot(), "\(share)")
    }

    @Test func erasedAreas() throws {
        let part = try part(shape: [2, 10, 12], scaling: .minMax)
        let plain = try images(part, [])[0]
        let draws = 20_000
        let erasing = Augmentation.randomErasing(probability: 0.5, area: 0.1...0.2, aspect: 0.5...2)
        var (changed, sumOfAreas, sumOfTops) = (0, 0.0, 0.0)
        for image in try images(part, [erasing], count: draws) {
            // Only the first pixel of all is 0 by itself.
            let erased = image.indices.filter { image[$0] == 0 && plain[$0] != 0 || $0 == 0 && image[1] == 0 }
            for index in image.indices where image[index] != 0 { #expect(image[index] == plain[index]) }
            guard !erased.isEmpty else { continue }
            changed += 1
            // Both channels lose the same rectangle.
            let inFirst = erased.filter { $0 < 120 }
            if image[0] != 0 || erased.contains(0) {
                #expect(erased.filter { $0 >= 120 }.map { $0 - 120 }.filter { $0 != 0 } == inFirst.filter { $0 != 0 })
            }
            let second = (120..<240).filter { image[$0] == 0 }
            let rows = Set(second.map { $0 / 12 }), columns = Set(second.map { $0 % 12 })
            #expect(second.count == rows.count * columns.count, "a rectangle")
            sumOfAreas += Double(second.count) / 120
            sumOfTops += Double(rows.min()! - 10) + Double(rows.count) / 2
        }
        let share = Double(changed) / Double(draws)
        #expect(abs(share - 0.5) < 4 * (0.25 / Double(draws)).squareRoot(), "\(share)")
        // Uniform in 0.1...0.2, whose deviation is 0.029; whole pixels shift the mean by less than a pixel in 120.
        #expect(abs(sumOfAreas / Double(changed) - 0.15) < 0.004)
        // As often above the middle as below; the middle's deviation is below 3 pixels.
        #expect(abs(sumOfTops / Double(changed) - 5) < 4 * 3 / Double(changed).squareRoot())
    }

    @Test func aRectangleThatNeverFitsErasesNothing() throws {
        let part = try part()
        let erasing = Augmentation.randomErasing(probability: 1, area: 1...1, aspect: 1...1)
        #expect(try images(part, [erasing], count: 20).allSatisfy { $0 == (1...12).map(Float.init) })
    }

    @Test func sameStepSameImages() throws {
        let part = try part(shape: [1, 8, 8])
        let all: [Augmentation] = [
            .horizontalFlip(probability: 0.5), .randomCrop(padding: 2),
            .randomErasing(probability: 0.5, area: 0.1...0.3, aspect: 0.3...3),
        ]
        let first = try images(part, all, count: 16, step: 5)
        #expect(try images(part, all, count: 16, step: 5) == first)
        // A shorter batch is the beginning of the longer one.
        #expect(try images(part, all, count: 7, step: 5) == Array(first[..<7]))
        #expect(try images(part, all, count: 16, step: 6) != first)
        #expect(try images(part, all, count: 16, step: 5, seed: 2) != first)
        #expect(Set(first).count > 8)
    }

    @Test(arguments: [
        (Augmentation.horizontalFlip(probability: 1.2), "horizontal_flip: probability is 1.2, and must lie in 0...1"),
        (.randomCrop(padding: 0), "random_crop: padding is 0, and must be at least 1"),
        (
            .randomErasing(probability: 0.5, area: 0.1...1.2, aspect: 1...2),
            "random_erasing: area goes from 0.1 to 1.2, and must lie in 0...1"
        ),
        (
            .randomErasing(probability: 0.5, area: 0.1...0.2, aspect: 0...2),
            "random_erasing: aspect begins at 0.0, and must be above 0"
        ),
    ])
    func numbersThatCannotBe(_ augmentation: Augmentation, says: String) throws {
        let part = try part()
        let error = #expect(throws: DatasetError.self) {
            try AugmentedPart(part, augmentations: [augmentation], seed: 1, name: "images")
        }
        #expect(error?.description == "images: \(says)")
    }

    @Test func aTableIsNoImage() throws {
        let part = try part(shape: [7])
        let error = #expect(throws: DatasetError.self) {
            try AugmentedPart(part, augmentations: [.randomCrop(padding: 1)], seed: 1, name: "wine")
        }
        #expect(
            error?.description
                == "wine: random_crop needs images, channels x height x width, and a sample has the shape 7")
    }
}
