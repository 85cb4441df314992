/// A point in time as the pure parts see it: they are told the time, and never ask for it.
package struct Timestamp: Hashable, Sendable {
    /// Since some fixed start, never going back: for leases and heartbeats.
    package var monotonic: Duration
    /// Seconds since 1970, UTC: for records that a person reads.
    package var unix: Double

    package init(monotonic: Duration, unix: Double) {
        self.monotonic = monotonic
        self.unix = unix
    }
}

extension Duration {
    /// The duration as a number of seconds, for files and messages.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

/// A time as logs have it: `2026-11-26T02:33:28Z`.
package enum UTCTime {
    /// - Parameter unix: seconds since 1970, UTC; fractions are cut off.
    ///
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    package static func text(_ unix: Double) -> String {
        guard unix.isFinite, abs(unix) < 2e11 else { return "?" }
        let seconds = Int(unix.rounded(.down))
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let time = seconds - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(month < 10 ? month + 3 : month - 9, 2))-\(padded(day, 2))"
        return "\(date)T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
