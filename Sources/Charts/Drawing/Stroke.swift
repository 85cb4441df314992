/// Lines of a picture.
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
        (["line-\(ink.rawValue)"] + (name.map { [$0] } ?? [])).joined(separator: " ")
    }
}
