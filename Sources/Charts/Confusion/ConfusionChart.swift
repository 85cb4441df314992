package import Experiments

/// A confusion matrix as a heat map: a row for each true class, a column for each predicted one.
///
/// A cell's shade is its share of the row, so that rare classes are seen as well as common ones; its count stands in
/// it, up to 20 classes.
package struct ConfusionChart: Sendable {
    private let title: String
    private let matrix: ConfusionMatrix

    package init(title: String, matrix: ConfusionMatrix) {
        self.title = title
        self.matrix = matrix
    }

    /// The most classes whose counts are written out.
    package static let mostCounted = 20

    private var size: Int { matrix.classes.count }
    private var cell: Double { size <= 10 ? 46 : size <= Self.mostCounted ? 36 : max(4, min(24, 640 / Double(size))) }
    private var side: Double { cell * Double(size) }
    private var hasCounts: Bool { size <= Self.mostCounted }
    private var lettering: Double { min(Lettering.size, max(7, cell - 3)) }
    private let longestName = 130.0

    private var names: [String] {
        matrix.classes.map { Lettering.fitted($0, to: longestName, size: lettering) }
    }
    private var nameWidth: Double { names.map { Lettering.width($0, size: lettering) }.max() ?? 0 }
    private var isTurned: Bool { nameWidth > cell - 4 }
    private let top = 62.0
    private var left: Double { 44 + nameWidth + 8 }

    package func picture(id: String) -> Picture {
        guard matrix.sampleCount > 0 else {
            let note = Lettering.text(
                "no sample has been predicted", x: 210, y: 90, anchor: .middle, size: 16, ink: .quiet, name: "note")
            return Picture(
                id: id, title: title, summary: "An empty chart: no sample has been predicted.", width: 420, height: 150,
                content: [Lettering.heading(title, width: 420), note])
        }
        let width = max(420, left + side + 110)
        let foot = (isTurned ? nameWidth : lettering) + 48
        return Picture(
            id: id, title: title, summary: summary, width: width, height: max(top + side + foot, top + 210),
            content: [Lettering.heading(title, width: width)] + cells + classNames + axisNames + key)
    }

    // MARK: Cells

    private var cells: [Markup] {
        let ground: Markup = .tag(
            "rect", ["x": left, "y": top, "width": side, "height": side, "fill": ShadeRamp.shade(0).hex])
        let frame: Markup = .tag(
            "rect",
            [
                "x": left, "y": top, "width": side, "height": side, "fill": "none", "stroke": Ink.quiet.color,
                "class": "line-\(Ink.quiet.rawValue)",
            ])
        return [ground]
            + matrix.classes.indices.flatMap { row in
                matrix.classes.indices.compactMap { column in
                    hasCounts || matrix[row, column] > 0 ? drawn(row, column) : nil
                }
            } + [frame]
    }

    private func drawn(_ row: Int, _ column: Int) -> Markup {
        let count = matrix[row, column]
        let support = matrix.support(row)
        let shade = ShadeRamp.shade(support > 0 ? Double(count) / Double(support) : 0)
        let x = left + Double(column) * cell
        let y = top + Double(row) * cell
        var content: [Markup] = [
            .tag("title", text: "true \(matrix.classes[row]), predicted \(matrix.classes[column]): \(count)"),
            .tag("rect", ["x": x, "y": y, "width": cell, "height": cell, "fill": shade.hex]),
        ]
        if hasCounts {
            let text = String(count)
            let size = min(Lettering.size, (cell - 4) / (0.62 * Double(text.count)))
            content.append(
                .tag(
                    "text",
                    [
                        "x": x + cell / 2, "y": y + cell / 2 + size * 0.36, "text-anchor": "middle", "font-size": size,
                        "font-weight": row == column ? "bold" : nil, "fill": shade.ink, "class": "count",
                    ], text: text))
        }
        return .tag("g", ["class": "cell"], content)
    }

    // MARK: Words

    private var classNames: [Markup] {
        // Where cells are lower than letters, every second or third name stands.
        let stride = max(1, Int(((lettering + 2) / cell).rounded(.up)))
        return matrix.classes.indices.filter { $0.isMultiple(of: stride) }.flatMap { index -> [Markup] in
            let middle = (Double(index) + 0.5) * cell
            let column = left + middle
            let below = top + side + (isTurned ? 8 : lettering + 5)
            return [
                Lettering.text(
                    names[index], x: left - 8, y: top + middle + lettering * 0.36, anchor: .end, size: lettering,
                    name: "true-class"),
                Lettering.text(
                    names[index], x: isTurned ? column + lettering * 0.36 : column, y: below,
                    anchor: isTurned ? .end : .middle, size: lettering, turned: isTurned ? -90 : nil,
                    name: "predicted-class"),
            ]
        }
    }

    private var axisNames: [Markup] {
        let middle = side / 2
        let below = top + side + (isTurned ? nameWidth : lettering) + 34
        return [
            Lettering.text("true class", x: 26, y: top + middle, anchor: .middle, ink: .quiet, turned: -90),
            Lettering.text("predicted class", x: left + middle, y: below, anchor: .middle, ink: .quiet),
        ]
    }

    /// What a shade means.
    private var key: [Markup] {
        let x = left + side + 24
        let height = 120.0
        let steps = 24
        let band = height / Double(steps)
        let bands = (0..<steps).map { step -> Markup in
            let share = 1 - (Double(step) + 0.5) / Double(steps)
            return .tag(
                "rect",
                [
                    "x": x, "y": top + 34 + Double(step) * band, "width": 14.0, "height": band + 0.3,
                    "fill": ShadeRamp.shade(share).hex,
                ])
        }
        return [
            Lettering.text("share of", x: x, y: top + 10, size: Lettering.small, ink: .quiet),
            Lettering.text("the true class", x: x, y: top + 24, size: Lettering.small, ink: .quiet),
        ] + bands
            + [("100 %", 0.0), ("50 %", 0.5), ("0 %", 1.0)].map { label, place in
                Lettering.text(label, x: x + 20, y: top + 38 + place * height, size: Lettering.small, ink: .quiet)
            }
    }

    private var summary: String {
        let accuracy = Numeral.metric(matrix.accuracy)
        var worst: (count: Int, row: Int, column: Int)?
        for row in matrix.classes.indices {
            for column in matrix.classes.indices where row != column && matrix[row, column] > worst?.count ?? 0 {
                worst = (matrix[row, column], row, column)
            }
        }
        let confusion =
            worst.map {
                " Most often confused: \($0.count) of true class \(matrix.classes[$0.row]) were predicted as "
                    + "\(matrix.classes[$0.column])."
            } ?? " None was confused with another."
        return "\(Numeral.count(matrix.sampleCount, "sample")) of \(size) classes, accuracy \(accuracy). "
            + "Rows are true classes, columns predicted ones.\(confusion)"
    }
}
