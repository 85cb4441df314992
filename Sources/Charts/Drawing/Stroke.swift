/// Lines of a figure.
enum Stroke {
    enum Dash: String {
        case dashed = "7 4"
        case dotted = "1.5 3.5"
    }

    static func line(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), ink: Ink, width: Double = 1,
        dash: Dash? = nil, name: String? = nil
    ) -> Markup {
        .tag(
            "line",
            [
                "x1": start.x, "y1": start.y, "x2": end.x, "y2": end.y, "stroke": ink.color, "stroke-width": width,
                "stroke-dasharray": dash?.rawValue, "class": names(ink, name),
            ])
    }

    static func polyline(
        _ points: [(x: Double, y: Double)], ink: Ink, width: Double, dash: Dash? = nil, opacity: Double? = nil,
        name: String? = nil
    ) -> Markup {
        .tag(
            "polyline",
            [
                "points": points.map { "\($0.x.attributeText),\($0.y.attributeText)" }.joined(separator: " "),
                "fill": "none", "stroke": ink.color, "stroke-width": width, "stroke-linejoin": "round",
                "stroke-dasharray": dash?.rawValue, "stroke-opacity": opacity, "class": names(ink, name),
            ])
    }

    private static func names(_ ink: Ink, _ name: String?) -> String {
        ["line-\(ink.rawValue)", name].compactMap { $0 }.joined(separator: " ")
    }
}

/// Points of a figure, which differ by shape as well as by colour.
enum Marker {
    enum Shape {
        case circle, square, cross
    }

    static func mark(
        _ shape: Shape, x: Double, y: Double, radius: Double, ink: Ink, filled: Bool, opacity: Double? = nil,
        name: String? = nil, title: String? = nil
    ) -> Markup {
        let fill: Ink = filled ? ink : .paper
        let classes = ["fill-\(fill.rawValue)", "line-\(ink.rawValue)", name].compactMap { $0 }.joined(separator: " ")
        let words: [Markup] = title.map { [.tag("title", text: $0)] } ?? []
        switch shape {
        case .circle:
            return .tag(
                "circle",
                [
                    "cx": x, "cy": y, "r": radius, "fill": fill.color, "stroke": ink.color, "stroke-width": 1.5,
                    "opacity": opacity, "class": classes,
                ], words)
        case .square:
            return .tag(
                "rect",
                [
                    "x": x - radius, "y": y - radius, "width": 2 * radius, "height": 2 * radius, "fill": fill.color,
                    "stroke": ink.color, "stroke-width": 1.5, "opacity": opacity, "class": classes,
                ], words)
        case .cross:
            let (left, right, top, bottom) = (x - radius, x + radius, y - radius, y + radius)
            let path =
                "M\(left.attributeText) \(top.attributeText)L\(right.attributeText) \(bottom.attributeText)"
                + "M\(left.attributeText) \(bottom.attributeText)L\(right.attributeText) \(top.attributeText)"
            return .tag(
                "path", ["d": path, "fill": "none", "stroke": ink.color, "stroke-width": 2, "class": classes], words)
        }
    }
}
