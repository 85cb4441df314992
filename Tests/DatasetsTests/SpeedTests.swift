import Datasets
import Foundation
import TestSupport
import Testing

/// What preparing batches and reading files costs, in this thread's processor time: others may be using the machine.
@Suite struct SpeedTests {
    /// A batch of 32 of CIFAR-10's size, 8-bit, with and without a flip and a crop.
    @Test(arguments: [
        [], [Augmentation.horizontalFlip(probability: 0.5), .randomCrop(padding: 4)],
        [
            .horizontalFlip(probability: 0.5), .randomCrop(padding: 4),
            .randomErasing(probability: 0.5, area: 0.02...0.33, aspect: 0.3...3.3),
        ],
    ])
    func batch(_ augmentations: [Augmentation]) throws {
        let count = 2000
        var random = SeededCases(1)[0].random
        let data = Dataset(
            name: "noise", sampleShape: [3, 32, 32],
            samples: .bytes(SampleArray((0..<count * 3072).map { _ in UInt8.random(in: 0...255, using: &random) })),
            targets: .classes((0..<count).map { Int32($0 % 10) }, names: (0..<10).map(String.init)), digest: "")
        let split = try Split.make(of: data, .shares(validation: 0.1, test: 0.1), seed: 1)
        let part = try AugmentedPart(
            PreparedData(data, split: split, scaling: .standardize).training, augmentations: augmentations, seed: 1,
            name: data.name)
        let order = (0..<part.count).shuffled(using: &random)
        var features = [Float](repeating: 0, count: 32 * part.featureCount)
        // The best of several runs of 50 batches.
        let best =
            (0..<5).map { run in
                ProcessorClock.measure {
                    for step in 0..<50 {
                        features.withUnsafeMutableBufferPointer {
                            part.gather(order[step * 32..<(step + 1) * 32], step: run * 50 + step, features: $0)
                        }
                    }
                } / 50
            }.min() ?? .zero
        print("a batch of 32 images of 3x32x32 with \(augmentations.count) augmentations takes \(best)")
        #expect(best < .milliseconds(1.5), "ten times what it takes on the machine that this was written on")
    }

    @Test(.enabled(if: RealData.has("mnist"), "needs MNIST: set WINNOW_TEST_DATA to the folder that has it"))
    func readingMNIST() throws {
        let library = DataLibrary(folders: [RealData.folder])
        let time = try ProcessorClock.measure { _ = try DataSource.mnist.load(from: library) }
        print("reading mnist takes \(time)")
        #expect(time < .seconds(3))
    }

    @Test(.enabled(if: RealData.has("mnist"), "needs MNIST: set WINNOW_TEST_DATA to the folder that has it"))
    func preparingMNIST() throws {
        let data = try DataSource.mnist.load(from: DataLibrary(folders: [RealData.folder]))
        var split: Split?
        let drawing = try ProcessorClock.measure {
            split = try Split.make(
                of: data, SplitRequest(validation: .share(0.1), test: nil, stratified: true), seed: 1)
        }
        let rows = try #require(split)
        let scaling = try ProcessorClock.measure {
            _ = try PreparedData(data, split: rows, scaling: .standardize)
        }
        print("splitting mnist takes \(drawing), measuring its scaling takes \(scaling)")
        #expect(drawing + scaling < .seconds(3))
    }
}
