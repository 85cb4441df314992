import Experiments
import Studies
import TestSupport

/// Sequences of one metric over epochs, with ties and with values that are not finite.
enum MonitoredValues {
    static func draw(using random: inout SplitMix64) -> [Double] {
        (0..<Int.random(in: 1...30, using: &random)).map { _ in
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .nan
            case 1: .infinity
            case 2: -.infinity
            default: Double(Int.random(in: 0..<16, using: &random)) / 16
            }
        }
    }
}

/// The value as a checkpoint gives it back.
func throughJSON<Value: Codable>(_ value: Value) throws -> Value {
    try PlainJSON.decode(Value.self, from: PlainJSON.encode(value))
}
