extension Augmentation {
    /// The word by which an experiment file asks for it.
    var word: String {
        switch self {
        case .horizontalFlip: "horizontal_flip"
        case .randomCrop: "random_crop"
        case .randomErasing: "random_erasing"
        }
    }

    /// Throws where samples of this shape are no images, or where a number is none that it can be.
    package func check(sampleShape: [Int], name: String) throws(DatasetError) {
        guard sampleShape.count == 3 else {
            throw DatasetError(
                .needsImages, in: name,
                "\(word) needs images, channels x height x width, and a sample has the shape \(shapeText(sampleShape))")
        }
        switch self {
        case .horizontalFlip(let probability):
            try check(probability, name: name)
        case .randomCrop(let padding):
            guard 1...1 << 16 ~= padding else {
                throw DatasetError(.badParameter, in: name, "\(word): padding is \(padding), and must be at least 1")
            }
        case .randomErasing(let probability, let area, let aspect):
            try check(probability, name: name)
            guard area.lowerBound >= 0, area.upperBound <= 1 else {
                throw DatasetError(
                    .badParameter, in: name,
                    "\(word): area goes from \(area.lowerBound) to \(area.upperBound), and must lie in 0...1")
            }
            guard aspect.lowerBound > 0, aspect.upperBound.isFinite else {
                throw DatasetError(
                    .badParameter, in: name, "\(word): aspect begins at \(aspect.lowerBound), and must be above 0")
            }
        }
    }

    private func check(_ probability: Double, name: String) throws(DatasetError) {
        guard 0...1 ~= probability else {
            throw DatasetError(
                .badParameter, in: name, "\(word): probability is \(probability), and must lie in 0...1")
        }
    }
}
