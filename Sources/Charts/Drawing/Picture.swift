/// An SVG picture with words for those who do not see it.
package struct Picture: Hashable, Sendable {
    /// Distinguishes it from other pictures on the same page.
    package let id: String
    package let title: String
    /// What the picture shows, in a sentence or two.
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

    /// A file of its own.
    package var file: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup.source
    }
}
