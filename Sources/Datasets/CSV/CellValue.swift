/// A cell read as a number.
enum CellValue: Equatable {
    case number(Double)
    /// Empty, or one of the usual words for "no number": NaN, NA, null.
    case missing
    /// `inf` and its like.
    case infinite
    case text

    /// What keeps a number out of a model's inputs and targets; nil for any other cell.
    var fault: String? {
        switch self {
        case .number(let number) where !Float(number).isFinite: "is too large for a Float"
        case .infinite: "is no finite number"
        case .number, .missing, .text: nil
        }
    }
}

extension CellValue {
    /// Reads the bytes from `start` to before `end` as a decimal number, blanks at the ends aside.
    ///
    /// The result is the Double nearest to the text. Nearly all numbers have up to 15 digits: these are exact as whole
    /// numbers, and one division or multiplication by an exact power of ten rounds once (Clinger, "How to read floating
    /// point numbers accurately", PLDI 1990). The others are left to the standard library.
    ///
    /// - Parameter decimal: before the fraction.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, decimal: UInt8 = UInt8(ascii: ".")
    ) {
        if let number = Self.wholeNumber(bytes, from: start, to: end) {
            self = .number(number)
            return
        }
        var position = start
        var end = end
        while position < end, isBlank(bytes[position]) { position += 1 }
        while end > position, isBlank(bytes[end - 1]) { end -= 1 }
        let first = position

        let isNegative = position < end && bytes[position] == UInt8(ascii: "-")
        if position < end, isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        func scanDigits() {
            while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits += 1
                position += 1
            }
        }
        scanDigits()
        if position < end, bytes[position] == decimal {
            position += 1
            let whole = digits
            scanDigits()
            exponent = whole - digits
        }
        if digits > 0, position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
            let written = Self.exponent(bytes, from: &position, to: end)
            exponent += written ?? 0
        }
        guard digits > 0, position == end else {
            self = Self.word(bytes[first..<end])
            return
        }

        if digits <= 15, -22...22 ~= exponent {
            var magnitude = Double(mantissa)
            if exponent < 0 { magnitude /= powersOfTen[-exponent] }
            if exponent > 0 { magnitude *= powersOfTen[exponent] }
            self = .number(isNegative ? -magnitude : magnitude)
        } else {
            let point = UInt8(ascii: ".")
            let text = String(decoding: bytes[first..<end].map { $0 == decimal ? point : $0 }, as: UTF8.self)
            self = Double(text).map { .number($0) } ?? .text
        }
    }

    /// A whole number without a sign: most cells of large tables, above all of images.
    @inline(__always)
    private static func wholeNumber(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Double? {
        guard 1...15 ~= end - start else { return nil }
        var value: Int64 = 0
        for position in start..<end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return Double(value)
    }

    /// The exponent that begins at `position` with its letter; `position` does not move if no digit follows.
    private static func exponent(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int, to end: Int
    ) -> Int? {
        var next = position + 1
        let isNegative = next < end && bytes[next] == UInt8(ascii: "-")
        if next < end, isNegative || bytes[next] == UInt8(ascii: "+") { next += 1 }
        let firstDigit = next
        var value = 0
        while next < end, case let digit = bytes[next] &- UInt8(ascii: "0"), digit < 10 {
            // Beyond this the number is 0 or infinite in any case.
            value = min(value * 10 + Int(digit), 100_000)
            next += 1
        }
        guard next > firstDigit else { return nil }
        position = next
        return isNegative ? -value : value
    }

    private static func word(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> CellValue {
        guard bytes.count <= 9 else { return .text }
        let word = String(decoding: bytes, as: UTF8.self).lowercased()
        if missingWords.contains(word) { return .missing }
        return infiniteWords.contains(word) ? .infinite : .text
    }

    private static let missingWords: Set<String> = ["", "nan", "+nan", "-nan", "na", "n/a", "null", "none"]
    private static let infiniteWords: Set<String> = [
        "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity",
    ]
}

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

/// All powers of ten that a Double holds exactly.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
