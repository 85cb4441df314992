/// Points of a picture, told apart by shape as well as by colour.
enum Marker {
    enum Shape {
        case circle, square, cross
    }

    static func mark(
        _ shape: Shape, x: Double, y: Double, radius: Double, ink: Ink, filled: Bool, opacity: Double? = nil,
        name: String? = nil, title: String? = nil
    ) -> Markup {
        let fill: Ink = filled ? ink : .paper
        let names = ["fill-\(fill.rawValue)", "line-\(ink.rawValue)"] + (name.map { [$0] } ?? [])
        let classes = names.joined(separator: " ")
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
