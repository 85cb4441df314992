internal import Glibc

/// A time as a person's clock shows it, in the time zone that is set here.
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
