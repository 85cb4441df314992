/// An SVG figure with a textual description.
package struct Picture: Hashable, Sendable {
    /// Unique on the page.
    package let id: String
    package let title: String
    /// Describes the figure in a sentence or two.
    package let summary: String
    let width: Double
    let height: Double
    let content: [Markup]

    /// The `svg` element, for a page.
    package var markup: Markup {
        .tag(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(width.attributeText) \(height.attributeText)",
                "width": width, "height": height, "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
                "font-family": "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif",
                "font-size": Lettering.size,
            ],
            [
                .tag("title", ["id": "\(id)-title"], text: title),
                .tag("desc", ["id": "\(id)-desc"], text: summary),
                .tag(
                    "rect",
                    ["width": width, "height": height, "fill": Ink.paper.color, "class": "fill-\(Ink.paper.rawValue)"]),
            ] + content)
    }

    /// The contents of an SVG file.
    package var file: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup.source }
}

/// The screen or paper that a figure is made for.
package enum Canvas: Sendable {
    /// A large screen, or paper.
    case wide
    /// A phone: panels are stacked, and text keeps its size.
    case narrow

    /// The width of a narrow figure: a phone's 384 pixels without the page's margins.
    static let narrowWidth = 352.0
}
