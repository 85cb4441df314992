import Random

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An image after a sequence of flips, crops and erasures: the source of each pixel, and the erased rectangles. So a sample
/// is copied once, whatever is applied to it.
///
/// Pixel (y, x) shows the source's pixel (y + rowOffset, columnOffset + x), or (y + rowOffset, columnOffset - x) if
/// the image is flipped; a padding's zero if y is not in `rows` or x not in `columns`.
struct ImageView {
    struct Rectangle {
        var rows: Range<Int>
        var columns: Range<Int>
    }

    let height: Int
    let width: Int
    private(set) var rows: Range<Int>
    private(set) var columns: Range<Int>
    private(set) var rowOffset = 0
    private(set) var columnOffset = 0
    private(set) var isFlipped = false
    private(set) var erased: [Rectangle] = []

    /// The unchanged image.
    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        rows = 0..<height
        columns = 0..<width
    }

    /// Exchanges left and right.
    mutating func flip() {
        columnOffset += isFlipped ? 1 - width : width - 1
        isFlipped.toggle()
        columns = mirrored(columns)
        for index in erased.indices { erased[index].columns = mirrored(erased[index].columns) }
    }

    /// Moves the window down by `down` and right by `right`; pixels beyond the image are zero.
    mutating func crop(down: Int, right: Int) {
        rowOffset += down
        columnOffset += isFlipped ? -right : right
        rows = Self.moved(rows, by: down, within: height)
        columns = Self.moved(columns, by: right, within: width)
        for index in erased.indices {
            erased[index].rows = Self.moved(erased[index].rows, by: down, within: height)
            erased[index].columns = Self.moved(erased[index].columns, by: right, within: width)
        }
    }

    /// Sets a rectangle within the image to 0.
    mutating func erase(rows: Range<Int>, columns: Range<Int>) {
        erased.append(Rectangle(rows: rows, columns: columns))
    }

    private func mirrored(_ columns: Range<Int>) -> Range<Int> {
        width - columns.upperBound..<width - columns.lowerBound
    }

    private static func moved(_ range: Range<Int>, by distance: Int, within size: Int) -> Range<Int> {
        (range.lowerBound - distance..<range.upperBound - distance).clamped(to: 0..<size)
    }
}

extension ImageView {
    /// Applies an augmentation with random draws, as torchvision's transforms of these names draw them.
    mutating func apply(_ augmentation: Augmentation, random: inout RandomStream) {
        switch augmentation {
        case .horizontalFlip(let probability):
            if random.uniformDouble() < probability { flip() }
        case .randomCrop(let padding):
            let down = random.uniformInt(below: 2 * padding + 1) - padding
            let right = random.uniformInt(below: 2 * padding + 1) - padding
            crop(down: down, right: right)
        case .randomErasing(let probability, let area, let aspect):
            if random.uniformDouble() < probability { erase(area: area, aspect: aspect, random: &random) }
        case .pixels: preconditionFailure("no view shows other pixels than the image's")
        }
    }

    private mutating func erase(
        area: ClosedRange<Double>, aspect: ClosedRange<Double>, random: inout RandomStream
    ) {
        for _ in 0..<10 {
            let share = area.lowerBound + (area.upperBound - area.lowerBound) * random.uniformDouble()
            let pixels = Double(height * width) * share
            let (low, high) = (log(aspect.lowerBound), log(aspect.upperBound))
            let ratio = exp(low + (high - low) * random.uniformDouble())
            // Python's `round` also rounds a half to the even neighbour.
            let rows = Int((pixels * ratio).squareRoot().rounded(.toNearestOrEven))
            let columns = Int((pixels / ratio).squareRoot().rounded(.toNearestOrEven))
            guard rows < height, columns < width else { continue }
            let top = random.uniformInt(below: height - rows + 1)
            let left = random.uniformInt(below: width - columns + 1)
            erase(rows: top..<top + rows, columns: left..<left + columns)
            return
        }
    }
}
