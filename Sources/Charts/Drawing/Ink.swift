/// The colours of drawings, and the class names by which a page changes them in dark mode.
///
/// Lines differ by dash or marker as well, so that no chart depends on colour. The hues are told apart with every
/// common colour blindness: Okabe and Ito, "Color universal design", 2008.
enum Ink: String {
    case text = "ink"
    case quiet
    case grid
    case paper
    case shade
    case training
    case validation
    case baseline
    case technique

    var color: String {
        switch self {
        case .text: "#1a1a1a"
        case .quiet: "#595959"
        case .grid: "#dddddd"
        case .paper: "#ffffff"
        case .shade: "#ececec"
        case .training, .baseline: "#0072b2"
        case .validation, .technique: "#d55e00"
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
        case .training, .baseline: "#56b4e9"
        case .validation, .technique: "#e69f00"
        }
    }

    /// A page's rules: presentation attributes give way to them, and a picture by itself keeps its own colours.
    static let style: String = {
        let all: [Ink] = [
            .text, .quiet, .grid, .paper, .shade, .training, .validation, .baseline, .technique,
        ]
        let rules = all.map {
            "  svg .fill-\($0.rawValue) { fill: \($0.darkColor); } svg .line-\($0.rawValue) { stroke: \($0.darkColor); }"
        }
        return "@media screen and (prefers-color-scheme: dark) {\n"
            + (rules + [ShadeRamp.darkRules]).joined(separator: "\n") + "\n}"
    }()
}
