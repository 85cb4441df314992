/// A single value of a configuration, typed by its spelling.
///
/// The rules are those of YAML 1.2's core schema for plain scalars, narrowed to what every reader agrees on: `no`,
/// `010`, `1:30`, `0x1F` and `1_000` mean one thing to YAML 1.1 and another to YAML 1.2, so they stay text here, and
/// a key that wants a number or a truth value refuses them.
///
/// Source: YAML 1.2.2, 10.3.2 "Tag Resolution".
struct ConfigScalar: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case null
        case bool(Bool)
        case int(Int)
        case double(Double)
        case string(String)
    }

    let value: Value
    /// As it was written, without quotes.
    let text: String

    /// A plain scalar, typed by its spelling.
    init(plain text: String) {
        self.text = text
        value =
            switch text {
            case "", "~", "null", "Null", "NULL": .null
            case "true", "True", "TRUE": .bool(true)
            case "false", "False", "FALSE": .bool(false)
            default: Self.number(text) ?? .string(text)
            }
    }

    /// A quoted scalar: always text.
    init(quoted text: String) {
        self.text = text
        value = .string(text)
    }

    /// A value of the program's own.
    init(_ value: Value) {
        self.value = value
        text =
            switch value {
            case .null: "null"
            case .bool(let bool): String(bool)
            case .int(let int): String(int)
            case .double(let double): Self.text(of: double)
            case .string(let string): string
            }
    }

    /// The shortest decimal that reads back as the same Double, in a form that YAML 1.1 takes for a number too:
    /// with a point, and a sign in the exponent.
    private static func text(of double: Double) -> String {
        guard double.isFinite else { return double.isNaN ? ".nan" : double < 0 ? "-.inf" : ".inf" }
        let text = double.description
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    private static func number(_ text: String) -> Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: break
        }
        var rest = text.utf8[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = digits(&rest)
        if rest.isEmpty {
            guard whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
            return Int(text).map(Value.int) ?? Double(text).map(Value.double)
        }
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        if let e = rest.first, e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
            guard !digits(&rest).isEmpty else { return nil }
        }
        return rest.isEmpty ? Double(text).map(Value.double) : nil
    }

    private static func digits(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
        let run = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        text = text.dropFirst(run.count)
        return run
    }
}
