/// A kind of layer, registered once: its name, its settings with their ranges, its shapes and its tensors.
///
/// An experiment file is read, a model is checked and a graph is built from this description alone;
/// ``Layer/kinds`` lists all of them. `Compute` adds the code that runs the ``Operation``.
package protocol LayerKind: Hashable, Sendable {
    /// The word that an experiment file uses.
    var name: String { get }

    /// What PyTorch (the first ones) and other programs call it, for the error of an unknown word; separated by spaces.
    var otherNames: String { get }

    /// The key that a single value is short for: `linear: 64` is `linear: {features: 64}`.
    var shortKey: String? { get }

    /// Hands every setting to `visitor`, in the order in which a file lists them. What a setting holds before is its
    /// default.
    mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure)

    /// What the layer computes on samples of a shape, with all sizes known.
    ///
    /// - Throws: ``ShapeError`` where the layer does not take the shape.
    func sized(for input: LayerInput) throws(ShapeError) -> SizedLayer
}

extension LayerKind {
    package var otherNames: String { "" }
    package var shortKey: String? { nil }
    package mutating func visitSettings<Visitor: SettingVisitor>(_ visitor: Visitor) throws(Visitor.Failure) {}

    /// The settings' keys, each with whether it must be given.
    package var settings: [(key: String, isRequired: Bool)] {
        let list = SettingList()
        var layer = self
        layer.visitSettings(list)
        return list.settings
    }
}

/// Goes over a layer's settings: reads them, checks them or lists them.
package protocol SettingVisitor {
    associatedtype Failure: Error

    /// - Parameter default: nil for a setting that must be given.
    func visit(
        _ key: String, _ value: inout Int, in range: ClosedRange<Int>, default: Int?
    ) throws(Failure)
    func visit(_ key: String, _ value: inout Double, in bounds: Bounds, default: Double?) throws(Failure)
    func visit(_ key: String, _ value: inout Bool, default: Bool?) throws(Failure)
}

extension SettingVisitor {
    /// A setting that must be given.
    func required(_ key: String, _ value: inout Int, in range: ClosedRange<Int>) throws(Failure) {
        try visit(key, &value, in: range, default: nil)
    }

    func required(_ key: String, _ value: inout Double, in bounds: Bounds) throws(Failure) {
        try visit(key, &value, in: bounds, default: nil)
    }

    /// A setting that keeps its value where none is given.
    func optional(_ key: String, _ value: inout Int, in range: ClosedRange<Int>) throws(Failure) {
        try visit(key, &value, in: range, default: value)
    }

    func optional(_ key: String, _ value: inout Double, in bounds: Bounds) throws(Failure) {
        try visit(key, &value, in: bounds, default: value)
    }

    func optional(_ key: String, _ value: inout Bool) throws(Failure) {
        try visit(key, &value, default: value)
    }
}

private final class SettingList: SettingVisitor {
    private(set) var settings: [(key: String, isRequired: Bool)] = []

    func visit(_ key: String, _: inout Int, in _: ClosedRange<Int>, default: Int?) {
        settings.append((key, `default` == nil))
    }

    func visit(_ key: String, _: inout Double, in _: Bounds, default: Double?) {
        settings.append((key, `default` == nil))
    }

    func visit(_ key: String, _: inout Bool, default: Bool?) {
        settings.append((key, `default` == nil))
    }
}
