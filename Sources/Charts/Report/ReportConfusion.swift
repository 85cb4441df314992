internal import Experiments
internal import Studies

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
                        [Markup.tag("h3", text: "On the \(part) part")]
                            + (Self.isDrawn(matrix) ? drawn(part, matrix) : listed(part, matrix))
                    })
        ]
    }

    private static func isDrawn(_ matrix: ConfusionMatrix) -> Bool { matrix.classes.count <= ConfusionChart.mostDrawn }

    /// The most classes that are listed for a matrix that is not drawn: the worst ones.
    private static let mostListed = 20

    private func drawn(_ part: String, _ matrix: ConfusionMatrix) -> [Markup] {
        let figure = Report.figure(id: "confusion-\(part)") { picture(part, matrix, id: $1, canvas: $0) }
        let table = Self.table(part, matrix, classes: Array(matrix.classes.indices)).markup
        return [.tag("div", ["class": "pair"], [figure, table])]
    }

    /// The worst of many classes, whose matrix is unreadable.
    private func listed(_ part: String, _ matrix: ConfusionMatrix) -> [Markup] {
        let present = matrix.classes.indices.filter { matrix.support($0) + matrix.predicted($0) > 0 }
        let f1 = Dictionary(uniqueKeysWithValues: present.map { ($0, matrix.f1($0)) })
        let worst = present.sorted { (f1[$0] ?? 0, $0) < (f1[$1] ?? 0, $1) }.prefix(Self.mostListed)
        let confusions = matrix.cells.count { $0.expected != $0.predicted }
        let shown = min(confusions, Self.mostListed)
        return [
            .tag(
                "p", ["class": "quiet", "id": "confusion-\(part)-left-out"],
                text: "Of \(matrix.classes.count) classes the page lists the \(shown) most frequent of "
                    + "\(Numeral.count(confusions, "confusion")) and the \(worst.count) classes with the lowest F1; "
                    + "study.h5 has the whole matrix (/confusion/\(part))."),
            .tag(
                "div", ["class": "pair"],
                [Self.pairs(part, matrix).markup, Self.table(part, matrix, classes: Array(worst)).markup]),
        ]
    }

    private static func pairs(_ part: String, _ matrix: ConfusionMatrix) -> ReportTable {
        var table = ReportTable(
            id: "confusions-\(part)",
            columns: [
                .init("true class", isNumber: false), .init("predicted as", isNumber: false), .init("samples"),
                .init("of the class"),
            ])
        table.rows = matrix.worstConfusions(mostListed).map { cell in
            .init(
                name: matrix.classes[cell.expected],
                cells: [
                    .text(matrix.classes[cell.predicted]), .whole(cell.count), .whole(matrix.support(cell.expected)),
                ])
        }
        return table
    }

    /// `confusion` is the test part's if there is one. A matrix of too many classes has no figure.
    var figures: [(name: String, picture: Picture)] {
        matrices.filter { Self.isDrawn($0.matrix) }.map { part, matrix in
            let isMain = part == (matrices.last?.part ?? "")
            let name = isMain ? "confusion" : "confusion-\(part)"
            return (name, picture(part, matrix, id: name))
        }
    }

    private func picture(
        _ part: String, _ matrix: ConfusionMatrix, id: String, canvas: Canvas = .wide
    ) -> Picture {
        let samples = Numeral.count(matrix.sampleCount, "sample")
        let title = canvas == .wide ? "Confusion on the \(part) part, \(samples)" : "\(part), \(samples)"
        return ConfusionChart(title: title, matrix: matrix, canvas: canvas).picture(id: id)
    }

    private static func table(_ part: String, _ matrix: ConfusionMatrix, classes: [Int]) -> ReportTable {
        var table = ReportTable(
            id: "classes-\(part)",
            columns: [
                .init("class", isNumber: false), .init("precision"), .init("recall"), .init("F1"), .init("samples"),
            ])
        table.rows = classes.map { index in
            .init(
                name: matrix.classes[index],
                cells: [
                    .number(matrix.precision(index)), .number(matrix.recall(index)), .number(matrix.f1(index)),
                    .whole(matrix.support(index)),
                ])
        }
        let measures = [ConfusionMatrix.precision, ConfusionMatrix.recall, ConfusionMatrix.f1]
        let samples: [ReportTable.Cell] = [.whole(matrix.sampleCount)]
        table.footer = [
            .init(name: "macro", cells: measures.map { .number(matrix.macro($0)) } + samples),
            .init(name: "weighted", cells: measures.map { .number(matrix.weighted($0)) } + samples),
            .init(name: "accuracy", cells: [.text(""), .text(""), .number(matrix.accuracy)] + samples),
        ]
        return table
    }
}
