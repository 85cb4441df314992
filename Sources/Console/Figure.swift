import Foundation
import Glibc

/// Sizes and durations for people; `Numeral` formats metrics.
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

/// A time in the local time zone.
package struct LocalTime {
    private let parts: tm

    /// - Parameter unix: seconds since 1970, UTC.
    package init(_ unix: Double) {
        var seconds = time_t(unix.isFinite ? min(max(unix, -2e11), 2e11) : 0)
        var parts = tm()
        localtime_r(&seconds, &parts)
        self.parts = parts
    }

    /// `2026-11-26 03:33:28 CET`.
    package var full: String { format("%Y-%m-%d %H:%M:%S %Z") }
    /// `03:33:28`.
    package var clock: String { format("%H:%M:%S") }

    /// The clock alone on the day of `other`, else with the date.
    package func text(after other: LocalTime) -> String {
        let isSameDay = parts.tm_year == other.parts.tm_year && parts.tm_yday == other.parts.tm_yday
        return isSameDay ? clock : format("%Y-%m-%d %H:%M:%S")
    }

    private func format(_ pattern: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        var parts = parts
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
