internal import Experiments

/// The winner's confusion matrices, with each class's measures.
struct ReportConfusion {
    /// In the order in which they are shown.
    private let matrices: [(part: String, matrix: ConfusionMatrix)]
    private let report: Report

    init(_ report: Report) {
        self.report = report
        let confusion = report.winner?.outcome?.confusion ?? [:]
        matrices = ["validation", "test"].compactMap { part in confusion[part].map { (part, $0) } }
    }

    var sections: [Markup] {
        guard !matrices.isEmpty else { return [] }
        let number = report.winner.map { " (trial \($0.number))" } ?? ""
        return [
            .tag(
                "section", [:],
                [.tag("h2", text: "The winner's confusion matrix\(number)")]
                    + matrices.flatMap { part, matrix in
                        [
                            Markup.tag("h3", text: "On the \(part) part"),
                            .tag(
                                "div", ["class": "pair"],
                                [
                                    .tag("figure", [:], [picture(part, matrix, id: "confusion-\(part)").markup]),
                                    Self.table(part, matrix).markup,
                                ]),
                        ]
                    })
        ]
    }

    /// `confusion` is the test part's, where there is one.
    var figures: [(name: String, picture: Picture)] {
        matrices.map { part, matrix in
            let isMain = part == (matrices.last?.part ?? "")
            let name = isMain ? "confusion" : "confusion-\(part)"
            return (name, picture(part, matrix, id: name))
        }
    }

    private func picture(_ part: String, _ matrix: ConfusionMatrix, id: String) -> Picture {
        let samples = Numeral.count(matrix.sampleCount, "sample")
        return ConfusionChart(title: "Confusion on the \(part) part, \(samples)", matrix: matrix).picture(id: id)
    }

    private static func table(_ part: String, _ matrix: ConfusionMatrix) -> ReportTable {
        var table = ReportTable(
            id: "classes-\(part)",
            columns: [
                .init("class", isNumber: false), .init("precision"), .init("recall"), .init("F1"), .init("samples"),
            ])
        for index in matrix.classes.indices {
            table.rows.append(
                (
                    .text(matrix.classes[index]),
                    [
                        .number(matrix.precision(index)), .number(matrix.recall(index)), .number(matrix.f1(index)),
                        .whole(matrix.support(index)),
                    ], false
                ))
        }
        let measures = [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1]
        table.footer = [
            (.text("macro"), measures.map { .number(matrix.macro($0)) } + [.whole(matrix.sampleCount)]),
            (.text("weighted"), measures.map { .number(matrix.weighted($0)) } + [.whole(matrix.sampleCount)]),
            (.text("accuracy"), [.text(""), .text(""), .number(matrix.accuracy), .whole(matrix.sampleCount)]),
        ]
        return table
    }
}
