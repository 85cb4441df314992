import Foundation

/// The colours of figures, and the class names by which a page changes them in dark mode.
///
/// Lines differ by dash or marker as well, so that no chart depends on colour. The hues are distinguishable with every
/// common colour blindness: Okabe and Ito, "Color universal design", 2008.
enum Ink: String, CaseIterable {
    case text = "ink"
    case quiet
    case grid
    case paper
    case shade
    case training
    case validation
    case baseline
    case technique
    case reliability
    case gap

    var color: String {
        switch self {
        case .text: "#1a1a1a"
        case .quiet: "#595959"
        case .grid: "#dddddd"
        case .paper: "#ffffff"
        case .shade: "#ececec"
        case .training, .baseline, .reliability: "#0072b2"
        case .validation, .technique, .gap: "#d55e00"
        }
    }

    /// On a dark page.
    var darkColor: String {
        switch self {
        case .text: "#ededed"
        case .quiet: "#b0b0b0"
        case .grid: "#3a3a3a"
        case .paper: "#161616"
        case .shade: "#2a2a2a"
        case .training, .baseline, .reliability: "#56b4e9"
        case .validation, .technique, .gap: "#e69f00"
        }
    }

    /// The page's rules, which override presentation attributes; a figure in a file of its own keeps its colours.
    static let style: String = {
        let rules = allCases.map {
            "  svg .fill-\($0.rawValue) { fill: \($0.darkColor); } svg .line-\($0.rawValue) { stroke: \($0.darkColor); }"
        }
        return "@media screen and (prefers-color-scheme: dark) {\n"
            + (rules + [ShadeRamp.darkRules]).joined(separator: "\n") + "\n}"
    }()
}

/// Shades from near white to dark blue for fractions from 0 to 1: darker is more, in grey print as well.
///
/// Source: Harrower and Brewer, "ColorBrewer.org", The Cartographic Journal 40(1), 2003: Blues, which the colour-blind
/// can read.
package enum ShadeRamp {
    package struct Shade: Hashable {
        let red: Int
        let green: Int
        let blue: Int

        package var hex: String { "#" + [red, green, blue].map { String(format: "%02x", $0) }.joined() }

        /// WCAG 2.2, relative luminance: 0 for black, 1 for white.
        package var luminance: Double {
            func linear(_ component: Int) -> Double {
                let value = Double(component) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        }

        /// Black or white, whichever has the higher contrast; it is at least 4.5 on any shade.
        package var ink: String { (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff" }
    }

    package static func shade(_ share: Double) -> Shade { shade(share, stops) }

    /// On a dark page: from near black to light blue, so that more stands out there as well.
    package static func darkShade(_ share: Double) -> Shade { shade(share, darkStops) }

    /// The number of dark shades, since a style sheet names each.
    static let steps = 32

    /// The step of a fraction's dark shade; only 0 is the first one.
    static func step(_ share: Double) -> Int {
        let step = Int((max(0, min(1, share)) * Double(steps)).rounded())
        return share > 0 ? max(1, step) : step
    }

    /// A dark page's rules for `shade-N` and for the text on it, `on-shade-N`.
    static let darkRules: String = (0...steps).map { step in
        let shade = darkShade(Double(step) / Double(steps))
        return "  svg .shade-\(step) { fill: \(shade.hex); } svg .on-shade-\(step) { fill: \(shade.ink); }"
    }.joined(separator: "\n")

    private static func shade(_ share: Double, _ stops: [Shade]) -> Shade {
        let position = max(0, min(1, share)) * Double(stops.count - 1)
        let index = min(stops.count - 2, Int(position))
        let rest = position - Double(index)
        func mix(_ low: Int, _ high: Int) -> Int { Int((Double(low) + rest * Double(high - low)).rounded()) }
        let (low, high) = (stops[index], stops[index + 1])
        return Shade(red: mix(low.red, high.red), green: mix(low.green, high.green), blue: mix(low.blue, high.blue))
    }

    private static let stops = shades([
        0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b,
    ])
    private static let darkStops = shades([
        0x1c2128, 0x0b2545, 0x08306b, 0x08519c, 0x2171b5, 0x4292c6, 0x6baed6, 0x9ecae1, 0xdeebf7,
    ])

    private static func shades(_ colors: [Int]) -> [Shade] {
        colors.map { Shade(red: $0 >> 16, green: $0 >> 8 & 255, blue: $0 & 255) }
    }
}
