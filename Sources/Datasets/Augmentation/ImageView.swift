/// How an image is seen after flips and crops, one on top of the other: where each of its pixels comes from, and what
/// of it was erased. So a sample is copied once, whatever happens to it.
///
/// Pixel (y, x) shows the source's pixel (y + rowOffset, columnOffset + x), or (y + rowOffset, columnOffset - x) where
/// the image is flipped; a padding's zero where y is not in `rows` or x not in `columns`.
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

    /// The image as it is.
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

    /// Moves the window down by `down` and right by `right`; what it shows beyond the image is zero.
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

    /// Sets a rectangle to 0, which lies within the image.
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
