internal import SwiftProtobuf

/// The scalars of one event of TensorBoard's event files.
package struct ScalarEvent: Hashable, Sendable {
    /// Seconds since 1970.
    package var wallTime: Double
    package var step: Int
    package var values: [String: Double]

    package init(wallTime: Double, step: Int, values: [String: Double]) {
        self.wallTime = wallTime
        self.step = step
        self.values = values
    }

    /// What every event file begins with.
    package static func fileVersion(wallTime: Double) -> [UInt8] {
        EventRecord.framed(
            serialized(
                .with {
                    $0.wallTime = wallTime
                    $0.fileVersion = "brain.Event:2"
                }))
    }

    /// The event as a record of a file. Values are single precision, as TensorBoard's `add_scalar` writes them.
    package func record() -> [UInt8] {
        EventRecord.framed(
            Self.serialized(
                .with {
                    $0.wallTime = wallTime
                    $0.step = Int64(step)
                    $0.summary.value = values.sorted { $0.key < $1.key }.map { tag, value in
                        .with {
                            $0.tag = tag
                            $0.simpleValue = Float(value)
                        }
                    }
                }))
    }

    private static func serialized(_ event: ProtoEvent) -> [UInt8] {
        // Only required fields could be missing, and proto3 has none.
        (try? event.serializedBytes()) ?? []
    }

    /// - Returns: nil where the bytes are no event.
    init?(payload: [UInt8]) {
        guard let event = try? ProtoEvent(serializedBytes: payload) else { return nil }
        self.init(wallTime: event.wallTime, step: Int(event.step), values: [:])
        for value in event.summary.value {
            switch value.value {
            case .simpleValue(let number): values[value.tag] = Double(number)
            case .tensor(let tensor): values[value.tag] = tensor.scalar
            case nil: break
            }
        }
    }
}

extension ProtoTensor {
    /// The one number of a scalar; nil for all else.
    fileprivate var scalar: Double? {
        switch (dtype, floatVal.count, doubleVal.count, tensorContent.count) {
        case (1, 1, _, _): Double(floatVal[0])
        case (2, _, 1, _): doubleVal[0]
        case (1, 0, _, 4): Double(Array(tensorContent).withUnsafeBytes { $0.loadUnaligned(as: Float.self) })
        case (2, _, 0, 8): Array(tensorContent).withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
        default: nil
        }
    }
}
