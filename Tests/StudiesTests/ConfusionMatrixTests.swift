import Studies
import Foundation
import Testing

/// Confusion matrices against scikit-learn's numbers on stored predictions; `make_confusion.py` makes them.
@Suite struct ConfusionMatrixTests {
    struct Golden: Decodable {
        var cases: [Case]
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var classes: Int
        var expected: [Int]
        var predicted: [Int]
        var counts: [Int]
        var accuracy: Double
        var precision: [Double]
        var recall: [Double]
        var f1: [Double]
        var support: [Int]
        /// Precision, recall and F1.
        var macro: [Double]
        var weighted: [Double]

        var testDescription: String { name }

        var matrix: ConfusionMatrix {
            var counts = Array(repeating: 0, count: classes * classes)
            for (expected, predicted) in zip(expected, predicted) { counts[expected * classes + predicted] += 1 }
            return ConfusionMatrix(classes: (0..<classes).map { "class \($0)" }, counts: counts)
        }
    }

    static let cases: [Case] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Goldens/confusion.json")
        do {
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path)).cases
        } catch {
            fatalError("\(path.path): \(error)")
        }
    }()

    @Test func allCasesAreThere() {
        #expect(Self.cases.count == 9)
    }

    @Test(arguments: cases)
    func equalsScikitLearn(_ golden: Case) {
        let matrix = golden.matrix
        #expect(matrix.counts == golden.counts)
        #expect(isClose([matrix.accuracy], [golden.accuracy]))
        let classes = 0..<golden.classes
        #expect(classes.map(matrix.support) == golden.support)
        #expect(isClose(classes.map(matrix.precision), golden.precision))
        #expect(isClose(classes.map(matrix.recall), golden.recall))
        #expect(isClose(classes.map(matrix.f1), golden.f1))
        let measures = [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1]
        #expect(isClose(measures.map { matrix.macro($0) }, golden.macro))
        #expect(isClose(measures.map { matrix.weighted($0) }, golden.weighted))
    }

    @Test func cellsComeInAnyOrderAndTheLastOfEqualsCounts() throws {
        let cells = [(1, 0, 4), (0, 1, 2), (1, 1, 0), (0, 1, 7), (0, 0, 1)].map {
            ConfusionMatrix.Cell(expected: $0.0, predicted: $0.1, count: $0.2)
        }
        let matrix = try #require(ConfusionMatrix(classes: ["a", "b"], cells: cells))
        #expect(matrix == ConfusionMatrix(classes: ["a", "b"], counts: [1, 7, 4, 0]))
        #expect(matrix.cells.map(\.count) == [1, 7, 4] && matrix.counts == [1, 7, 4, 0])
        let found: [Int] = [matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]]
        #expect(found == [1, 7, 4, 0])
        #expect(matrix.worstConfusions(1).map(\.count) == [7])
        #expect(matrix.worstConfusions(9).map(\.count) == [7, 4])
        #expect(matrix.support(0) == 8 && matrix.predicted(0) == 5 && matrix.sampleCount == 12)
    }

    @Test func noCountTraps() {
        let matrix = ConfusionMatrix(classes: ["a", "b"], counts: [.max, .max, .max, .max])
        for measure in [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1] {
            #expect((0...1).contains(matrix.macro(measure)) && (0...1).contains(matrix.weighted(measure)))
        }
        #expect((0...1).contains(matrix.accuracy))
        #expect(ConfusionMatrix(classes: ["a"], cells: [.init(expected: 0, predicted: 1, count: 1)]) == nil)
        #expect(ConfusionMatrix(classes: ["a"], cells: [.init(expected: 0, predicted: 0, count: -1)]) == nil)
    }

    @Test func ofNothingAllIsZero() {
        let matrix = ConfusionMatrix(classes: ["a", "b"], counts: [0, 0, 0, 0])
        #expect(
            matrix.accuracy == 0 && matrix.macro(ConfusionMatrix.f1) == 0 && matrix.weighted(ConfusionMatrix.f1) == 0)
    }

    private func isClose(_ found: [Double], _ wanted: [Double]) -> Bool {
        found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-12 }
    }
}
