#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import Random

extension ImageView {
    /// Draws what an augmentation does to one image, as torchvision's transforms of these names draw it.
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
            // Python's `round`, too, takes a half to the even neighbour.
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
