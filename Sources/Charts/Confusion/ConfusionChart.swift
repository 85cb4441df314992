import Experiments
package import Studies

/// A confusion matrix as a heat map: a row for each true class, a column for each predicted one.
///
/// A cell's shade is its fraction of the row, so that rare classes are as visible as common ones. Up to 20 classes, cells
/// show their counts. A matrix of more than 40 classes is unreadable, and not drawn.
package struct ConfusionChart: Sendable {
    private let title: String
    private let matrix: ConfusionMatrix
    private let canvas: Canvas
    private let cell: Double
    /// The names of the classes, shortened to the room there is.
    private let names: [String]
    private let nameWidth: Double

    package init(title: String, matrix: ConfusionMatrix, canvas: Canvas = .wide) {
        self.title = title
        self.matrix = matrix
        self.canvas = canvas
        let count = matrix.classes.count
        let widest = count <= 10 ? 46.0 : count <= Self.mostCounted ? 36 : 20
        let size = canvas == .wide ? Self.lettering(widest) : Lettering.small
        names = Lettering.distinct(matrix.classes, to: canvas == .wide ? 130 : 70, size: size)
        nameWidth = names.map { Lettering.width($0, size: size) }.max() ?? 0
        let room = Canvas.narrowWidth - nameWidth - 62
        cell = canvas == .wide ? widest : max(12, min(30, room / Double(max(1, count))))
    }

    /// The most classes of a drawn matrix.
    package static let mostDrawn = 40

    /// The most classes of a matrix with counts.
    package static let mostCounted = 20

    private var size: Int { matrix.classes.count }
    private var side: Double { cell * Double(size) }
    private var hasCounts: Bool { size <= (canvas == .wide ? Self.mostCounted : 10) }
    private var lettering: Double { canvas == .wide ? Self.lettering(cell) : min(Lettering.small, cell - 1) }
    private static func lettering(_ cell: Double) -> Double { min(Lettering.size, cell - 5) }

    private var isTurned: Bool { nameWidth > cell - 4 }
    private var top: Double { canvas == .wide ? 62 : 44 }
    private var left: Double { 44 + nameWidth + 8 }

    package func picture(id: String) -> Picture {
        guard matrix.sampleCount > 0 else {
            let note = Lettering.text(
                "no sample has been predicted", x: 176, y: 90, anchor: .middle, size: 16, ink: .quiet, name: "note")
            return Picture(
                id: id, title: title, summary: "An empty chart: no sample has been predicted.",
                width: Canvas.narrowWidth, height: 150,
                content: [Lettering.heading(title, width: Canvas.narrowWidth), note])
        }
        let width = canvas == .wide ? max(420, left + side + 110) : max(Canvas.narrowWidth, left + side + 10)
        let foot = (isTurned ? nameWidth : lettering) + (canvas == .wide ? 48 : 84)
        return Picture(
            id: id, title: title, summary: summary, width: width,
            height: canvas == .wide ? max(top + side + foot, top + 210) : top + side + foot,
            content: [Lettering.heading(title, width: width)] + cells + classNames + axisNames + key)
    }

    // MARK: Cells

    private var cells: [Markup] {
        let ground: Markup = .tag(
            "rect",
            [
                "x": left, "y": top, "width": side, "height": side, "fill": ShadeRamp.shade(0).hex, "class": "shade-0",
            ])
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
        let share = support > 0 ? Double(count) / Double(support) : 0
        let (shade, step) = (ShadeRamp.shade(share), ShadeRamp.step(share))
        let x = left + Double(column) * cell
        let y = top + Double(row) * cell
        var content: [Markup] = [
            .tag("title", text: "true \(matrix.classes[row]), predicted \(matrix.classes[column]): \(count)"),
            .tag("rect", ["x": x, "y": y, "width": cell, "height": cell, "fill": shade.hex, "class": "shade-\(step)"]),
        ]
        if hasCounts {
            let text = String(count)
            let size = min(Lettering.size, (cell - 4) / (0.62 * Double(text.count)))
            content.append(
                .tag(
                    "text",
                    [
                        "x": x + cell / 2, "y": y + cell / 2 + size * 0.36, "text-anchor": "middle", "font-size": size,
                        "font-weight": row == column ? "bold" : nil, "fill": shade.ink,
                        "class": "count on-shade-\(step)",
                    ], text: text))
        }
        return .tag("g", ["class": "cell"], content)
    }

    // MARK: Words

    private var classNames: [Markup] {
        matrix.classes.indices.flatMap { index -> [Markup] in
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

    /// The legend of the shades: beside the matrix, or below a narrow one.
    private var key: [Markup] {
        let (steps, length) = (24, 120.0)
        let band = length / Double(steps)
        let (x, y) =
            canvas == .wide ? (left + side + 24, top + 34) : (20, top + side + (isTurned ? nameWidth : lettering) + 62)
        let bands = (0..<steps).map { index -> Markup in
            let share = (Double(index) + 0.5) / Double(steps)
            let corner = canvas == .wide ? (x, y + length - Double(index + 1) * band) : (x + Double(index) * band, y)
            return .tag(
                "rect",
                [
                    "x": corner.0, "y": corner.1, "width": canvas == .wide ? 14 : band + 0.3,
                    "height": canvas == .wide ? band + 0.3 : 10, "fill": ShadeRamp.shade(share).hex,
                    "class": "shade-\(ShadeRamp.step(share))",
                ])
        }
        func word(_ text: String, _ x: Double, _ y: Double) -> Markup {
            Lettering.text(text, x: x, y: y, size: Lettering.small, ink: .quiet)
        }
        guard canvas == .wide else { return bands + [word("0 to 100 % of the true class", x + length + 10, y + 9)] }
        return bands + [word("share of", x, top + 10), word("the true class", x, top + 24)]
            + [("100 %", 0.0), ("50 %", 0.5), ("0 %", 1.0)].map { word($0, x + 20, y + 4 + $1 * length) }
    }

    private var summary: String {
        let accuracy = Numeral.metric(matrix.accuracy)
        let confusion =
            matrix.worstConfusions(1).first.map {
                " Most often confused: \($0.count) of true class \(matrix.classes[$0.expected]) were predicted as "
                    + "\(matrix.classes[$0.predicted])."
            } ?? " None was confused with another."
        return "\(Numeral.count(matrix.sampleCount, "sample")) of \(size) classes, accuracy \(accuracy). "
            + "Rows are true classes, columns predicted ones.\(confusion)"
    }
}
