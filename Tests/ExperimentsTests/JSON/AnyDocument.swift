/// Any JSON value, drawn at random.
indirect enum AnyDocument: Hashable, Codable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case text(String)
    case array([AnyDocument])
    case object([String: AnyDocument])

    init(depth: Int, _ random: inout some RandomNumberGenerator) {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: self = .null
        case 1: self = .bool(.random(using: &random))
        case 2: self = .int(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random))
        case 3: self = .double(AnyDocument.double(&random))
        case 4: self = .text(AnyDocument.text(&random))
        case 5, 6:
            self = .object(
                Dictionary(
                    (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                        (AnyDocument.text(&random), AnyDocument(depth: depth - 1, &random))
                    }, uniquingKeysWith: { $1 }))
        default:
            self = .array(
                (0..<Int.random(in: 0..<6, using: &random)).map { _ in AnyDocument(depth: depth - 1, &random) })
        }
    }

    /// Of any size, or as a training's losses are.
    static func double(_ random: inout some RandomNumberGenerator) -> Double {
        while true {
            let value =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: Double(bitPattern: random.next())
                case 1: Double.random(in: -1...1, using: &random)
                case 2: Double(Int.random(in: -1_000...1_000, using: &random)) / 8
                default: Double.random(in: 0...1, using: &random) * 1e-9
                }
            if value.isFinite { return value }
        }
    }

    static func text(_ random: inout some RandomNumberGenerator) -> String {
        let letters: [Character] = [
            "a", "b", "z", "Z", "0", "9", "_", "\"", "\\", "/", "\n", "\u{1}", "\u{1F}", "\u{7F}", "ü", "€", "𝄞",
        ]
        return String((0..<Int.random(in: 0..<20, using: &random)).map { _ in letters.randomElement(using: &random)! })
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([AnyDocument].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: AnyDocument].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
