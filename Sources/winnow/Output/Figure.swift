import Foundation

/// Numbers as people read them.
enum Figure {
    /// Four significant digits; the full number is in the files.
    static func metric(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4g", value) : "\(value)"
    }

    /// 0.4 s, 12 s, 3 min 20 s, 1 h 5 min.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        switch seconds {
        case ..<10: return String(format: "%.1f s", seconds)
        case ..<120: return "\(Int(seconds.rounded())) s"
        case ..<7200: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        default: return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        }
    }
}
