import Datasets
import Foundation
import Random
import TestSupport
import Testing

/// Changes of pixels, against torchvision's functions (Cases/make_pictures.py).
@Suite struct PixelOperationTests {
    private struct Document: Decodable {
        struct Case: Decodable {
            let channels, height, width: Int
            let pixels: [UInt8]
            let name: String
            let numbers: [Double]
            let expected: [UInt8]
        }

        struct Policy: Decodable {
            let kind: String
            let operation: Int
            let strength: Double
            let negative: Bool
            let expected: [UInt8]
        }

        let cases: [Case]
        let height, width: Int
        let pixels: [UInt8]
        let policies: [Policy]
    }

    private static func document() throws -> Document {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Cases/augmentations.json")
        return try JSONDecoder().decode(Document.self, from: Data(contentsOf: path))
    }

    private func operation(_ name: String, _ numbers: [Double]) throws -> PixelOperation {
        switch name {
        case "rotate": return .rotate(degrees: numbers[0])
        case "affine":
            return .affine(
                .init(
                    degrees: numbers[0], translation: (numbers[1], numbers[2]), scale: numbers[3],
                    shear: (numbers[4], 0)))
        case "brightness": return .brightness(numbers[0])
        case "contrast": return .contrast(numbers[0])
        case "saturation": return .saturation(numbers[0])
        case "sharpness": return .sharpness(numbers[0])
        case "hue": return .hue(numbers[0])
        case "posterize": return .posterize(bits: Int(numbers[0]))
        case "solarize": return .solarize(threshold: numbers[0])
        case "autocontrast": return .autoContrast
        case "equalize": return .equalize
        default: throw CocoaError(.featureUnsupported)
        }
    }

    /// Colours may differ by a rounding; of places, the pixel that is nearest to the middle of two.
    private func expectEqual(_ found: [UInt8], _ expected: [UInt8], movesPixels: Bool, _ what: String) {
        if movesPixels {
            let share = Double(zip(found, expected).count { $0 != $1 }) / Double(found.count)
            #expect(share <= 0.01, "\(what): \(share) of the pixels are others")
        } else {
            #expect(zip(found, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 }, "\(what)")
            let share = Double(zip(found, expected).count { $0 != $1 }) / Double(found.count)
            #expect(share <= 0.02, "\(what): \(share) of the pixels are others")
        }
    }

    @Test func eachIsTorchvisions() throws {
        let document = try Self.document()
        #expect(document.cases.count == 136)
        for golden in document.cases {
            var pixels = golden.pixels
            try operation(golden.name, golden.numbers).apply(
                to: &pixels, channels: golden.channels, height: golden.height, width: golden.width)
            expectEqual(
                pixels, golden.expected, movesPixels: ["rotate", "affine"].contains(golden.name),
                "\(golden.name) \(golden.numbers) of \(golden.channels)x\(golden.height)x\(golden.width)")
        }
    }

    @Test func policiesDrawFromTorchvisionsOperations() throws {
        let document = try Self.document()
        for golden in document.policies {
            let kind = OperationKind.allCases[golden.operation]
            let ranges: OperationKind.Ranges =
                golden.kind == "trivial" ? .wide : .usual(height: document.height, width: document.width)
            var pixels = document.pixels
            kind.operation(golden.strength, isNegative: golden.negative, ranges: ranges)?
                .apply(to: &pixels, channels: 3, height: document.height, width: document.width)
            expectEqual(
                pixels, golden.expected, movesPixels: [.shearX, .shearY, .rotate].contains(kind),
                "\(kind) of \(golden.kind) at \(golden.strength)")
        }
    }

    private func part(_ augmentations: [Augmentation]) throws -> AugmentedPart {
        var random = SeededCase(seed: 1).random
        let pixels = (0..<4 * 3 * 64).map { _ in UInt8.random(in: 0...255, using: &random) }
        let data = Dataset(
            name: "images", sampleShape: [3, 8, 8], samples: .bytes(SampleArray(pixels)),
            targets: .classes([0, 1, 0, 1], names: ["a", "b"]), digest: "")
        let rows = Array(0..<4)
        let prepared = try PreparedData(
            data, split: Split(training: rows, validation: rows, test: rows, unlabelled: []), scaling: .none)
        return try AugmentedPart(prepared.training, augmentations: augmentations, seed: 9, name: "images")
    }

    private func batch(_ augmentations: [Augmentation], step: Int = 3) throws -> [Float] {
        let part = try part(augmentations)
        var features = [Float](repeating: .nan, count: 4 * part.featureCount)
        features.withUnsafeMutableBufferPointer { part.gather([0, 1, 2, 3][...], step: step, features: $0) }
        return features
    }

    /// Steps that change nothing give what there was; views before and behind them are kept.
    @Test func viewsAndPixelsGoTogether() throws {
        let nothing = Augmentation.pixels(.rotation(degrees: 0))
        #expect(try batch([nothing]) == batch([]))
        let flip = Augmentation.horizontalFlip(probability: 1)
        #expect(try batch([flip, nothing]) == batch([flip]))
        #expect(try batch([nothing, flip]) == batch([flip]))
        #expect(try batch([flip, nothing, flip]) == batch([]))
        let turned = try batch([.pixels(.rotation(degrees: 180))])
        #expect(turned != (try batch([])) && turned.allSatisfy { 0...255 ~= $0 })
        let erased = try batch([nothing, .randomErasing(probability: 1, area: 0.2...0.4, aspect: 1...1)])
        #expect(zip(erased, try batch([])).contains { $0 == 0 && $1 != 0 })
    }

    @Test(arguments: [
        PixelAugmentation.trivialAugment, .randAugment(operations: 2, magnitude: 9),
        .colorJitter(brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.2), .rotation(degrees: 90),
        .affine(degrees: 30, translation: 0.2, scale: 0.5...1.5, shear: 10),
    ])
    func theSameStepIsTheSameBatch(_ augmentation: PixelAugmentation) throws {
        let steps = try (0..<20).map { try batch([.pixels(augmentation)], step: $0) }
        #expect(try (0..<20).map { try batch([.pixels(augmentation)], step: $0) } == steps)
        #expect(Set(steps).count > 10, "images are changed anew in every step")
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        let erasing = Augmentation.randomErasing(probability: 1, area: 0.2...0.4, aspect: 1...1)
        let error = #expect(throws: DatasetError.self) { try part([erasing, .pixels(.trivialAugment)]) }
        #expect(error?.message.contains("random_erasing must come after trivial_augment") == true)
        #expect(throws: DatasetError.self) { try part([.pixels(.randAugment(operations: 0, magnitude: 9))]) }
    }
}
