/// Text in a figure.
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
        let names = ["fill-\(ink.rawValue)", name].compactMap { $0 }
        return .tag(
            "text",
            [
                "x": x, "y": y, "text-anchor": anchor == .start ? nil : anchor.rawValue, "font-size": size,
                "font-weight": bold ? "bold" : nil, "fill": ink.color, "class": names.joined(separator: " "),
                "transform": turn,
            ], text: text)
    }

    /// A figure's heading, in its upper left corner.
    static func heading(_ text: String, width: Double) -> Markup {
        // Bold letters are wider by about an eighth.
        Lettering.text(fitted(text, to: (width - 40) / 1.13, size: 15), x: 20, y: 26, size: 15, bold: true)
    }

    /// The approximate width of a line, which is generous, since no font is measured.
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

    /// The text on as many lines as it takes, broken between words.
    static func wrapped(_ text: String, to limit: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, width("\(last) \(word)", size: size) <= limit {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// Each line as by ``fitted(_:to:size:)``. If different lines would become equal, their ends are kept as well; if that
    /// does not help, they are numbered.
    static func distinct(_ lines: [String], to limit: Double, size: Double = Lettering.size) -> [String] {
        var shown = lines.map { fitted($0, to: limit, size: size) }
        for shorten in [
            { _, line in Lettering.middle(line, to: limit, size: size) },
            { index, line in Lettering.fitted("\(index): \(line)", to: limit, size: size) },
        ] as [(Int, String) -> String] {
            for places in Dictionary(grouping: lines.indices, by: { shown[$0] }).values
            where Set(places.map { lines[$0] }).count > 1 {
                for index in places where shown[index] != lines[index] { shown[index] = shorten(index, lines[index]) }
            }
        }
        return shown
    }

    /// The line, or as much of its start and of its end as fits, with an ellipsis between them.
    private static func middle(_ text: String, to limit: Double, size: Double) -> String {
        var (start, end) = (Substring(text), Substring(""))
        while !start.isEmpty, width("\(start)…\(end)", size: size) > limit {
            start.removeLast()
            let length = start.count / 2
            end = text.suffix(length)
            if width("\(start.prefix(start.count - length))…\(end)", size: size) <= limit {
                return "\(start.prefix(start.count - length))…\(end)"
            }
        }
        return "\(start)…\(end)"
    }
}

extension String {
    /// The text as a sentence's start.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
