package import Experiments

/// A type that says what the points of a search are.
///
/// A point is a pure function of its index: it neither depends on how many there are nor on what was asked before.
package protocol PointSampler: Sendable {
    /// The point at `index`, from 0.
    ///
    /// - Returns: nil past the end of the space.
    func point(_ index: Int) -> Assignment?
}
