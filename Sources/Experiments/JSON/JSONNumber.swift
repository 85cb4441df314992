/// Numbers between text and binary, exactly.
enum JSONNumber {
    /// The integer that stands there, in any spelling; nil where it is none, or does not fit.
    static func integer<Value: FixedWidthInteger>(_ bytes: Span<UInt8>, as type: Value.Type) -> Value? {
        var index = 0
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var value: Value = 0
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            // A fraction or an exponent: 1.0 and 1e3 are whole numbers too.
            guard digit < 10 else { return shiftedInteger(bytes, isNegative: isNegative) }
            guard let longer = appending(digit, to: value, isNegative: isNegative) else { return nil }
            value = longer
            index += 1
        }
        return value
    }

    @inline(__always)
    private static func appending<Value: FixedWidthInteger>(
        _ digit: UInt8, to value: Value, isNegative: Bool
    ) -> Value? {
        let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflows) =
            isNegative
            ? tenfold.subtractingReportingOverflow(Value(digit)) : tenfold.addingReportingOverflow(Value(digit))
        return overflow || overflows ? nil : sum
    }

    /// An integer with a fraction or an exponent: exactly the one that is spelt, also where a Double would round it.
    private static func shiftedInteger<Value: FixedWidthInteger>(_ bytes: Span<UInt8>, isNegative: Bool) -> Value? {
        var end = isNegative ? 1 : 0
        let start = end
        var (digits, fractionDigits) = (0, 0)
        var isFraction = false
        while end < bytes.count, bytes[end] | 0x20 != UInt8(ascii: "e") {
            if bytes[end] == UInt8(ascii: ".") {
                isFraction = true
            } else {
                digits += 1
                fractionDigits += isFraction ? 1 : 0
            }
            end += 1
        }
        // How many of the digits stand before the point when the exponent has shifted it.
        let wholeDigits = digits - fractionDigits + exponent(bytes, after: end)
        var value: Value = 0
        var seen = 0
        for index in start..<end where bytes[index] != UInt8(ascii: ".") {
            let digit = bytes[index] &- 0x30
            if seen < wholeDigits {
                guard let longer = appending(digit, to: value, isNegative: isNegative) else { return nil }
                value = longer
            } else if digit != 0 {
                return nil
            }
            seen += 1
        }
        while value != 0, seen < wholeDigits {
            guard let longer = appending(0, to: value, isNegative: isNegative) else { return nil }
            value = longer
            seen += 1
        }
        return value
    }

    /// 0 where there is none; one that is beyond all numbers becomes some such.
    private static func exponent(_ bytes: Span<UInt8>, after place: Int) -> Int {
        var exponent = 0
        var isNegative = false
        for index in min(place + 1, bytes.count)..<bytes.count {
            let digit = bytes[index] &- 0x30
            if digit < 10 { exponent = min(exponent * 10 + Int(digit), 1 << 40) }
            if bytes[index] == UInt8(ascii: "-") { isNegative = true }
        }
        return isNegative ? -exponent : exponent
    }

    /// The nearest Double, ties to even; nil where the number is beyond the largest one.
    static func double(_ bytes: Span<UInt8>) -> Double? {
        if let value = shortDouble(bytes) { return value }
        let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// What has at most 19 digits, at most 19 of them after the point: w / 10^q with w and 10^q below 2^64, by one
    /// division of 128 by 64 bits whose remainder decides a tie. Nil for all others.
    private static func shortDouble(_ bytes: Span<UInt8>) -> Double? {
        var index = 0
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var digits: UInt64 = 0
        var digitCount = 0
        var fractionDigits = 0
        var isFraction = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                isFraction = true
                continue
            }
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            digits = digits &* 10 &+ UInt64(digit)
            if digits != 0 { digitCount += 1 }
            if isFraction { fractionDigits += 1 }
            guard digitCount <= 19, fractionDigits <= 19 else { return nil }
        }
        let magnitude = quotient(digits, fractionDigits)
        return isNegative ? -magnitude : magnitude
    }

    private static func quotient(_ digits: UInt64, _ fractionDigits: Int) -> Double {
        guard fractionDigits > 0, digits != 0 else { return Double(digits) }
        let divisor = powersOfTen[fractionDigits]
        if digits < 1 << 53, fractionDigits <= 22 {
            // Both are exact, so that one division rounds once (Clinger, "How to read floating point numbers
            // accurately", PLDI 1990).
            return Double(digits) / Double(divisor)
        }
        let digitShift = digits.leadingZeroBitCount
        let divisorShift = divisor.leadingZeroBitCount
        let dividend = digits << UInt64(digitShift)
        let (quotient, remainder) = (divisor << UInt64(divisorShift))
            .dividingFullWidth((dividend >> 1, (dividend & 1) << 63))
        // At least 62 bits, of which 53 are kept: the lowest may stand for all that the remainder holds.
        let rounded = Double(remainder == 0 ? quotient : quotient | 1)
        return rounded * Double(sign: .plus, exponent: divisorShift - digitShift - 63, significand: 1)
    }

    private static let powersOfTen: [UInt64] = (0..<20).map { power in (0..<power).reduce(1) { value, _ in value * 10 }
    }
}
