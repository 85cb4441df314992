internal import Foundation

/// Shades from near white to dark blue, for shares from 0 to 1: darker is more, in grey print too.
///
/// Source: Harrower and Brewer, "ColorBrewer.org", The Cartographic Journal 40(1), 2003: Blues, which the colour-blind
/// read as well.
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

        /// Black or white, whichever stands out more; the contrast is at least 4.5 on any shade.
        package var ink: String { (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff" }
    }

    package static func shade(_ share: Double) -> Shade { shade(share, stops) }

    /// On a dark page: from near black to light blue, so that more stands out there as well.
    package static func darkShade(_ share: Double) -> Shade { shade(share, darkStops) }

    /// A share's shade on a dark page is one of so many, since a style sheet names each.
    static let steps = 32

    /// Which of the steps a share's dark shade is; only 0 is the first one.
    static func step(_ share: Double) -> Int {
        let place = Int((max(0, min(1, share)) * Double(steps)).rounded())
        return share > 0 ? max(1, place) : place
    }

    /// A dark page's rules for `shade-N` and for what is written on it, `on-shade-N`.
    static let darkRules: String = (0...steps).map { step in
        let shade = darkShade(Double(step) / Double(steps))
        return "  svg .shade-\(step) { fill: \(shade.hex); } svg .on-shade-\(step) { fill: \(shade.ink); }"
    }.joined(separator: "\n")

    private static func shade(_ share: Double, _ stops: [Shade]) -> Shade {
        let place = max(0, min(1, share)) * Double(stops.count - 1)
        let index = min(stops.count - 2, Int(place))
        let rest = place - Double(index)
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
