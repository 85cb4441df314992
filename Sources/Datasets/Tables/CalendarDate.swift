internal import CPosix

/// Dates of a table's cells.
enum CalendarDate {
    /// Days since 1970-01-01 00:00 UTC of `2026-12-01`, with or without a time (`T10:30`, ` 10:30:15.5`) and its zone (`Z`,
    /// `+02:00`); nil for any other text. A time without a zone is taken for UTC.
    ///
    /// Source: ISO 8601-1:2019, calendar dates in the extended format.
    static func days(_ text: String) -> Double? {
        var rest = Substring(text)
        guard let year = number(&rest, digits: 4), take("-", &rest), let month = number(&rest, digits: 2),
            take("-", &rest), let day = number(&rest, digits: 2), let date = daysOfDate(year, month, day)
        else { return nil }
        if rest.isEmpty { return Double(date) }
        guard take("T", &rest) || take(" ", &rest), let hour = number(&rest, digits: 2), hour < 24,
            take(":", &rest), let minute = number(&rest, digits: 2), minute < 60
        else { return nil }
        var seconds = Double(hour * 3600 + minute * 60)
        if take(":", &rest) {
            guard let whole = number(&rest, digits: 2), whole <= 60 else { return nil }
            seconds += Double(whole)
            if take(".", &rest) {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty, let fraction = Double("0.\(digits)") else { return nil }
                rest.removeFirst(digits.count)
                seconds += fraction
            }
        }
        guard let offset = zone(&rest), rest.isEmpty else { return nil }
        return Double(date) + (seconds - offset) / 86_400
    }

    /// The same by a format of `strptime`; nil where the text does not follow it to its end.
    static func days(_ text: String, format: String) -> Double? {
        var seconds: Int64 = 0
        return winnow_parse_time(text, format, &seconds) == 0 ? nil : Double(seconds) / 86_400
    }

    private static func take(_ character: Character, _ text: inout Substring) -> Bool {
        guard text.first == character else { return false }
        text.removeFirst()
        return true
    }

    private static func number(_ text: inout Substring, digits: Int) -> Int? {
        let some = text.prefix(digits)
        guard some.utf8.count == digits, some.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        text.removeFirst(digits)
        return Int(some)
    }

    /// Seconds east of Greenwich; nil for what is no zone.
    private static func zone(_ text: inout Substring) -> Double? {
        if text.isEmpty || take("Z", &text) { return 0 }
        let sign: Double
        if take("+", &text) { sign = 1 } else if take("-", &text) { sign = -1 } else { return nil }
        guard let hours = number(&text, digits: 2), hours < 24 else { return nil }
        _ = take(":", &text)
        let minutes = text.isEmpty ? 0 : number(&text, digits: 2)
        return minutes.map { sign * Double(hours * 3600 + $0 * 60) }
    }

    /// Days since 1970-01-01 in the Gregorian calendar; nil for a date that it does not have.
    ///
    /// Source: E. G. Richards, "Calendars", in: Explanatory Supplement to the Astronomical Almanac, 3rd ed., 2013, 15.11.
    private static func daysOfDate(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...12 ~= month, 1...lengths[month - 1] ~= day else { return nil }
        // March is the first month of a year that ends with the leap day.
        let (shifted, fromMarch) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * fromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
