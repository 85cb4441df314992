import Charts
import Console
import Experiments

/// A confusion matrix as text: counts with a row for each true class, and what follows of them for each class.
struct ConfusionText {
    let matrix: ConfusionMatrix
    /// `validation` or `test`.
    let part: String

    func text(columns width: Int?) -> String {
        "confusion on \(part): rows are the true classes, columns the predicted ones\n"
            + counts.text(columns: width) + "\n" + measures.text(columns: width)
    }

    private var counts: TextTable {
        var table = TextTable([""] + matrix.classes)
        for (index, name) in matrix.classes.enumerated() {
            table.add([name] + matrix.classes.indices.map { String(matrix[index, $0]) })
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
