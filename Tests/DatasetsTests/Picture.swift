import Datasets
import Foundation
import Random

/// A picture of one channel with the pixels 1, 2, 3, ..., changed pixel by pixel: slow, and plain to see.
struct Picture {
    let height: Int
    let width: Int
    var pixels: [Float]

    init(height: Int, width: Int) {
        (self.height, self.width) = (height, width)
        pixels = (1...height * width).map(Float.init)
    }

    mutating func apply(_ augmentation: Augmentation, _ random: inout RandomStream) {
        let (height, width) = (height, width)
        switch augmentation {
        case .pixels: preconditionFailure("pixels are held against torchvision's")
        case .horizontalFlip(let probability):
            guard random.uniformDouble() < probability else { return }
            replace { old, y, x in old[y * width + width - 1 - x] }
        case .randomCrop(let padding):
            let top = random.uniformInt(below: 2 * padding + 1)
            let left = random.uniformInt(below: 2 * padding + 1)
            replace { old, y, x in
                let (row, column) = (y + top - padding, x + left - padding)
                return 0..<height ~= row && 0..<width ~= column ? old[row * width + column] : 0
            }
        case .randomErasing(let probability, let area, let aspect):
            guard random.uniformDouble() < probability else { return }
            for _ in 0..<10 {
                let pixels = Double(height * width)
                let size = pixels * (area.lowerBound + (area.upperBound - area.lowerBound) * random.uniformDouble())
                let low = log(aspect.lowerBound)
                let ratio = exp(low + (log(aspect.upperBound) - low) * random.uniformDouble())
                let rows = Int(rint((size * ratio).squareRoot()))
                let columns = Int(rint((size / ratio).squareRoot()))
                guard rows < height, columns < width else { continue }
                let top = random.uniformInt(below: height - rows + 1)
                let left = random.uniformInt(below: width - columns + 1)
                replace { old, y, x in
                    top..<top + rows ~= y && left..<left + columns ~= x ? 0 : old[y * width + x]
                }
                return
            }
        }
    }

    private mutating func replace(_ pixel: (_ old: [Float], _ y: Int, _ x: Int) -> Float) {
        let old = pixels
        for y in 0..<height {
            for x in 0..<width { pixels[y * width + x] = pixel(old, y, x) }
        }
    }
}
