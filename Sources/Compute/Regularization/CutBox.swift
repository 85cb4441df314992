package import Random

/// The part of an image that is cut out: of 1 - lambda of its area, around a random pixel, cut off at the border.
package struct CutBox: Equatable {
    package let rows: Range<Int>
    package let columns: Range<Int>
    /// What is left of the image, as a share of its area.
    package let share: Double

    /// - Parameter lambda: the share to be left.
    package init(keeping lambda: Double, height: Int, width: Int, using random: inout RandomStream) {
        let scale = (1 - lambda).squareRoot()
        func range(_ size: Int, around middle: Int) -> Range<Int> {
            let cut = Int(Double(size) * scale)
            return max(middle - cut / 2, 0)..<min(middle + cut / 2, size)
        }
        rows = range(height, around: random.uniformInt(below: height))
        columns = range(width, around: random.uniformInt(below: width))
        share = 1 - Double(rows.count * columns.count) / Double(height * width)
    }
}
