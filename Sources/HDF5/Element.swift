internal import CHDF5

/// A number that a dataset or an attribute can hold.
package protocol Element: BitwiseCopyable, Sendable {
    static var kind: ElementKind { get }
    static var zero: Self { get }
}

/// The four kinds of number that are written, chosen so that Python, R, Julia and MATLAB all read them without loss.
package enum ElementKind: Sendable, Hashable, CaseIterable {
    case int8, int32, float, double

    /// The library's type in memory; it is predefined and owned by nobody. Files are little-endian as the machines
    /// that this program runs on are, so that it is the type in the file as well.
    var type: hid_t {
        Library.locked {
            switch self {
            case .int8: chdf5_int8()
            case .int32: chdf5_int32()
            case .float: chdf5_float()
            case .double: chdf5_double()
            }
        }
    }

    /// In bytes.
    var size: Int {
        switch self {
        case .int8: 1
        case .int32, .float: 4
        case .double: 8
        }
    }

    var isInteger: Bool { self == .int8 || self == .int32 }
}

extension Int8: Element {
    package static var kind: ElementKind { .int8 }
}

extension Int32: Element {
    package static var kind: ElementKind { .int32 }
}

extension Float: Element {
    package static var kind: ElementKind { .float }
}

extension Double: Element {
    package static var kind: ElementKind { .double }
}
