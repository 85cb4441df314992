/// Text in a picture.
enum Lettering {
    static let size = 13.0
    static let small = 11.0

    enum Anchor: String {
        case start, middle, end
    }

    static func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double? = nil, ink: Ink = .text,
        bold: Bool = false, turned: Double? = nil, name: String? = nil
    ) -> Markup {
        let turn = turned.map { "rotate(\($0.attributeText) \(x.attributeText) \(y.attributeText))" }
        let names = ["fill-\(ink.rawValue)"] + (name.map { [$0] } ?? [])
        return .tag(
            "text",
            [
                "x": x, "y": y, "text-anchor": anchor == .start ? nil : anchor.rawValue, "font-size": size,
                "font-weight": bold ? "bold" : nil, "fill": ink.color, "class": names.joined(separator: " "),
                "transform": turn,
            ], text: text)
    }

    /// A picture's heading, in its upper left corner.
    static func heading(_ text: String, width: Double) -> Markup {
        // Bold letters are wider by about an eighth.
        Lettering.text(fitted(text, to: (width - 40) / 1.13, size: 15), x: 20, y: 26, size: 15, bold: true)
    }

    /// About how wide a line is: no font is asked, so it is a generous guess.
    static func width(_ text: String, size: Double = Lettering.size) -> Double {
        text.reduce(0) { sum, character in
            let narrow = "iljtfr.,:;|'!()[] ".contains(character)
            let wide = "mwMW@%".contains(character) || !(character.unicodeScalars.first?.isASCII ?? true)
            return sum + (narrow ? 0.38 : wide ? 0.95 : 0.64)
        } * size
    }

    /// The line, or as much of its start as fits, with an ellipsis.
    static func fitted(_ text: String, to limit: Double, size: Double = Lettering.size) -> String {
        guard width(text, size: size) > limit else { return text }
        var shortened = Substring(text)
        while !shortened.isEmpty, width(shortened + "…", size: size) > limit { shortened.removeLast() }
        return shortened + "…"
    }
}
