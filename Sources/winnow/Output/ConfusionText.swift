import Charts
import Console
import Experiments

/// A confusion matrix as text: counts with a row for each true class, and what follows of them for each class.
struct ConfusionText {
    let matrix: ConfusionMatrix
    /// `validation` or `test`.
    let part: String

    /// A table of more classes is wider than any terminal.
    private static let mostCounted = 40
    private static let mostListed = 20

    func text(columns width: Int?) -> String {
        guard matrix.classes.count <= Self.mostCounted else {
            return "confusion on \(part): of \(matrix.classes.count) classes, those most often taken for others\n"
                + worst.text(columns: width) + "\n" + measures.text(columns: width)
        }
        return "confusion on \(part): rows are the true classes, columns the predicted ones\n"
            + counts.text(columns: width) + "\n" + measures.text(columns: width)
    }

    private var counts: TextTable {
        var table = TextTable([""] + matrix.classes)
        for (index, name) in matrix.classes.enumerated() {
            table.add([name] + matrix.classes.indices.map { String(matrix[index, $0]) })
        }
        return table
    }

    private var worst: TextTable {
        var table = TextTable(["true class", "predicted as", "samples", "of the class"])
        for cell in matrix.worstConfusions(Self.mostListed) {
            table.add([
                matrix.classes[cell.expected], matrix.classes[cell.predicted], String(cell.count),
                String(matrix.support(cell.expected)),
            ])
        }
        return table
    }

    private var measures: TextTable {
        var table = TextTable(["class", "precision", "recall", "f1", "samples"])
        for (index, name) in matrix.classes.enumerated() {
            table.add(
                [name]
                    + [matrix.precision(index), matrix.recall(index), matrix.f1(index)].map(Numeral.metric)
                    + [String(matrix.support(index))])
        }
        let measures = [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1]
        table.add(
            ["macro mean"] + measures.map { Numeral.metric(matrix.macro($0)) } + [String(matrix.sampleCount)])
        table.add(
            ["weighted mean"] + measures.map { Numeral.metric(matrix.weighted($0)) } + [String(matrix.sampleCount)])
        return table
    }
}
