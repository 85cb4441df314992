import CHDF5

/// A number that a dataset or an attribute can hold.
package protocol Element: BitwiseCopyable, Sendable {
    static var kind: ElementKind { get }
    static var zero: Self { get }
}

/// The kinds of number that are read and written; Python, R, Julia and MATLAB read them without loss.
package enum ElementKind: Sendable, Hashable, CaseIterable {
    case int8, uint8, uint16, int32, int64, uint64, float, double

    /// The library's predefined type in memory. Files are little-endian like the machines that this program runs on, so
    /// it is the type in the file as well.
    var type: hid_t {
        Library.locked {
            switch self {
            case .int8: chdf5_int8()
            case .uint8: chdf5_uint8()
            case .uint16: chdf5_uint16()
            case .int32: chdf5_int32()
            case .int64: chdf5_int64()
            case .uint64: chdf5_uint64()
            case .float: chdf5_float()
            case .double: chdf5_double()
            }
        }
    }

    /// In bytes.
    var size: Int {
        switch self {
        case .int8, .uint8: 1
        case .uint16: 2
        case .int32, .float: 4
        case .int64, .uint64, .double: 8
        }
    }

    var isInteger: Bool { self != .float && self != .double }
    var isSigned: Bool { self != .uint8 && self != .uint16 && self != .uint64 }
}

extension Int8: Element { package static var kind: ElementKind { .int8 } }
extension UInt8: Element { package static var kind: ElementKind { .uint8 } }
extension UInt16: Element { package static var kind: ElementKind { .uint16 } }
extension UInt64: Element { package static var kind: ElementKind { .uint64 } }
extension Int64: Element { package static var kind: ElementKind { .int64 } }
extension Int32: Element { package static var kind: ElementKind { .int32 } }
extension Float: Element { package static var kind: ElementKind { .float } }
extension Double: Element { package static var kind: ElementKind { .double } }
