internal import Foundation

/// Sizes and times as people read them; `Numeral` has the metrics.
package enum Figure {
    /// 512 bytes, 4.5 kB, 9.9 MB: powers of ten, as disks and networks are sold.
    package static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1000: return "\(count) bytes"
        case ..<100_000: return String(format: "%.1f kB", Double(count) / 1e3)
        case ..<100_000_000: return String(format: "%.1f MB", Double(count) / 1e6)
        case ..<10_000_000_000: return String(format: "%.0f MB", Double(count) / 1e6)
        default: return String(format: "%.1f GB", Double(count) / 1e9)
        }
    }

    /// 0.4 s, 12 s, 3 min 20 s, 1 h 5 min.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        switch seconds {
        case ..<10: return String(format: "%.1f s", seconds)
        case ..<120: return "\(Int(seconds.rounded())) s"
        case ..<7200: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        default: return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        }
    }
}
