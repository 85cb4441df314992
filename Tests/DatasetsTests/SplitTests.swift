import Datasets
import TestSupport
import Testing

/// Splits are disjoint, complete, as large as asked for, and the same for the same seed.
@Suite struct SplitTests {
    @Test(arguments: SeededCases(300)) func partsOfAnyData(_ testCase: SeededCase) throws {
        var random = testCase.random
        let classes = Int.random(in: 2...12, using: &random)
        // Classes of very different sizes, each large enough to leave one to train on.
        let sizes = (0..<classes).map { _ in Int.random(in: 4...Int.random(in: 4...200, using: &random), using: &random)
        }
        let labels = sizes.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }.shuffled(using: &random)
        let data = table(labels: labels, classes: classes)
        let validation = Double.random(in: 0.1...0.35, using: &random)
        let test = Double.random(in: 0.1...0.35, using: &random)
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)

        let split = try Split.make(of: data, .shares(validation: validation, test: test), seed: seed)
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<data.count), "\(testCase)")
        #expect(split.validation.count == Int((Double(data.count) * validation).rounded()), "\(testCase)")
        #expect(split.test.count == Int((Double(data.count) * test).rounded()), "\(testCase)")
        for part in [split.training, split.validation, split.test] {
            #expect(part == part.sorted(), "\(testCase)")
            for (label, size) in sizes.enumerated() {
                let due = Double(size) * Double(part.count) / Double(data.count)
                let given = Double(part.count { labels[$0] == Int32(label) })
                #expect(abs(given - due) <= 1, "class \(label) of \(size): \(given), not \(due); \(testCase)")
            }
        }
        let again = try Split.make(of: data, .shares(validation: validation, test: test), seed: seed)
        #expect(split == again, "\(testCase)")
        let other = try Split.make(of: data, .shares(validation: validation, test: test), seed: seed &+ 1)
        #expect(split != other, "\(testCase)")
    }

    @Test(arguments: SeededCases(100)) func plainSplits(_ testCase: SeededCase) throws {
        var random = testCase.random
        let count = Int.random(in: 10...400, using: &random)
        let data = table(
            (0..<count).map(Float.init), sampleShape: [1], values: [Float](repeating: 0, count: count))
        let split = try Split.make(
            of: data, .shares(validation: 0.2, test: 0.1, stratified: false),
            seed: UInt64.random(in: 0...9, using: &random))
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<count), "\(testCase)")
        #expect(split.validation.count == Int((Double(count) * 0.2).rounded()), "\(testCase)")
        #expect(split.test.count == Int((Double(count) * 0.1).rounded()), "\(testCase)")
    }

    /// Every sample tests about as often as any other.
    @Test func noSampleIsPreferred() throws {
        let data = table(labels: (0..<40).map { $0 % 4 }, classes: 4)
        var tested = [Int](repeating: 0, count: data.count)
        for seed in 0..<2000 {
            let split = try Split.make(of: data, .shares(validation: 0.2, test: 0.2), seed: UInt64(seed))
            for row in split.test { tested[row] += 1 }
        }
        // 2,000 draws with probability 0.2: 400, with a standard deviation of 18.
        #expect(tested.allSatisfy { abs($0 - 400) < 5 * 18 }, "\(tested)")
    }

    @Test func permutedLabelsOfAnotherPartChangeNothing() throws {
        let values = (0..<50).map(Float.init)
        let a = try Split.make(
            of: table(values, sampleShape: [1], values: values),
            .shares(validation: 0.2, test: 0.2, stratified: false), seed: 7)
        let b = try Split.make(
            of: table(values, sampleShape: [1], values: values.reversed()),
            .shares(validation: 0.2, test: 0.2, stratified: false), seed: 7)
        #expect(a == b)
    }

    @Test func emptyPart() {
        let error = #expect(throws: DatasetError.self) {
            try Split.make(
                of: table(labels: [0, 1, 0, 1], classes: 2), .shares(validation: 0.5, test: 0.1), seed: 1)
        }
        #expect(error?.code == .emptyPart)
        #expect(error?.description == "table: the test part gets none of the 4 samples")
    }

    @Test func classWithoutTrainingSamples() {
        let labels: [Int32] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        // With most seeds the only sample of class 1 is drawn for another part.
        let errors = (0..<40).compactMap { (seed: UInt64) in
            do throws(DatasetError) {
                _ = try Split.make(
                    of: table(labels: labels, classes: 2), .shares(validation: 0.4, test: 0.4, stratified: false),
                    seed: seed)
                return DatasetError?.none
            } catch {
                return error
            }
        }
        #expect(errors.first?.code == .classNotInTraining)
        #expect(errors.first?.description == "table: the training part gets no sample of class 1")
    }
}
