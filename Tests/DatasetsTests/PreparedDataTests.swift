import Datasets
import TestSupport
import Testing

/// Scaling is measured on training rows, and batches are the right rows.
@Suite struct PreparedDataTests {
    private func split(of data: Dataset, seed: UInt64 = 3) throws -> Split {
        try Split.make(of: data, .shares(validation: 0.25, test: 0.25, stratified: false), seed: seed)
    }

    private func randomTable(_ testCase: SeededCase, shape: [Int]) -> Dataset {
        var random = testCase.random
        let width = shape.reduce(1, *)
        return table(
            (0..<40 * width).map { Float($0 % width) + Float.random(in: -3...3, using: &random) }, sampleShape: shape,
            values: (0..<40).map { _ in Float.random(in: 5...50, using: &random) })
    }

    @Test(arguments: SeededCases(10)) func minMaxOfATable(_ testCase: SeededCase) throws {
        let data = randomTable(testCase, shape: [4])
        let rows = try split(of: data)
        let prepared = try PreparedData(data, split: rows, scaling: .minMax, scaleTarget: true)
        for column in 0..<4 {
            let values = stride(from: column, to: prepared.training.features.count, by: 4).map {
                prepared.training.features[$0]
            }
            #expect(values.min() == 0)
            #expect(values.max() == 1)
        }
        guard case .values(let original) = data.targets, case .values(let scaled) = prepared.test.targets else {
            Issue.record("the targets are values")
            return
        }
        // A difference of scaled targets, times the unit, is the difference in thousands of dollars.
        let difference = Double(scaled[1] - scaled[0]) * prepared.targetUnit
        #expect(abs(difference - Double(original[rows.test[1]] - original[rows.test[0]])) < 1e-4)
    }

    @Test(arguments: SeededCases(10)) func standardizedTable(_ testCase: SeededCase) throws {
        let data = randomTable(testCase, shape: [4])
        let prepared = try PreparedData(data, split: try split(of: data), scaling: .standardize, scaleTarget: true)
        for column in 0..<4 {
            let values = stride(from: column, to: prepared.training.features.count, by: 4).map {
                Double(prepared.training.features[$0])
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
            #expect(abs(mean) < 1e-6)
            #expect(abs(variance - 1) < 1e-5)
        }
    }

    @Test func imagesShareTheirNumbers() throws {
        let data = randomTable(SeededCases(1)[0], shape: [2, 3, 3])
        let scaled = try PreparedData(data, split: try split(of: data), scaling: .minMax).training.features
        #expect(scaled.min() == 0)
        #expect(scaled.max() == 1)
        #expect(scaled.count { $0 == 0 || $0 == 1 } == 2, "one minimum and one maximum for all pixels")

        let standard = try PreparedData(data, split: try split(of: data), scaling: .standardize).training
        for channel in 0..<2 {
            let pixels = standard.features.indices.filter { $0 / 9 % 2 == channel }.map {
                Double(standard.features[$0])
            }
            let mean = pixels.reduce(0, +) / Double(pixels.count)
            let variance = pixels.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(pixels.count)
            #expect(abs(mean) < 1e-6)
            #expect(abs(variance - 1) < 1e-5)
        }
    }

    @Test(arguments: [Scaling.minMax, .standardize]) func outliersOutsideOfTrainingChangeNothing(_ scaling: Scaling)
        throws
    {
        let data = randomTable(SeededCases(1)[0], shape: [3])
        let rows = try split(of: data)
        var features = data.floats
        guard case .values(var values) = data.targets else { return }
        for row in rows.validation + rows.test {
            features[row * 3 + 1] = 1e6
            values[row] = -1e6
        }
        let planted = table(features, sampleShape: [3], values: values.map { Float($0) })
        let before = try PreparedData(data, split: rows, scaling: scaling, scaleTarget: true)
        let after = try PreparedData(planted, split: rows, scaling: scaling, scaleTarget: true)
        #expect(before.training.features == after.training.features)
        #expect(before.training.targets == after.training.targets)
        #expect(before.targetUnit == after.targetUnit)
        #expect(before.test.features != after.test.features)
    }

    @Test(arguments: [Scaling.minMax, .standardize, .none]) func constantFeature(_ scaling: Scaling) throws {
        let data = table(
            (0..<20).flatMap { [Float(7.7), Float($0)] }, sampleShape: [2], values: (0..<20).map(Float.init))
        let prepared = try PreparedData(data, split: try split(of: data), scaling: scaling)
        let constant = stride(from: 0, to: prepared.test.features.count, by: 2).map { prepared.test.features[$0] }
        #expect(constant.allSatisfy { $0 == (scaling == .none ? 7.7 : 0) })
        #expect(prepared.test.features.allSatisfy { $0.isFinite })
    }

    @Test func unscaledDataStayAsTheyAre() throws {
        let data = randomTable(SeededCases(1)[0], shape: [3])
        let rows = try split(of: data)
        let prepared = try PreparedData(data, split: rows, scaling: .none, scaleTarget: true)
        #expect(prepared.validation.features == rows.validation.flatMap { data.floats[$0 * 3..<$0 * 3 + 3] })
        #expect(prepared.targetUnit == 1)
    }

    @Test func batchesAreTheRowsAskedFor() throws {
        let labels = (0..<30).map { Int32($0 % 3) }
        let data = table(labels: labels, classes: 3)
        let rows = try split(of: data)
        let part = try PreparedData(data, split: rows, scaling: .none).training
        let order = [4, 0, 9, 9, 2]
        var features = [Float](repeating: -1, count: 4)
        var classes = [Int32](repeating: -1, count: 4)
        features.withUnsafeMutableBufferPointer { part.gather(order[1...], features: $0) }
        classes.withUnsafeMutableBufferPointer { part.gather(order[1...], classes: $0) }
        let expected = order[1...].map { rows.training[$0] }
        #expect(features == expected.map(Float.init))
        #expect(classes == expected.map { labels[$0] })
    }
}
