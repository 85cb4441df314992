extension Scaling {
    /// Throws where the numbers that are given with a scaling do not fit samples of this shape.
    func check(sampleShape: [Int], scaleTarget: Bool, name: String) throws(DatasetError) {
        guard case .normalize(let means, let deviations) = self else { return }
        guard !scaleTarget else {
            throw DatasetError(
                .contradiction, in: name, "normalize has numbers for the features only; the target cannot be scaled")
        }
        let (groups, noun) = (sampleShape[0], sampleShape.count == 3 ? "channels" : "features")
        for (word, numbers) in [("mean", means), ("std", deviations)] where numbers.count != 1 {
            guard numbers.count == groups else {
                throw DatasetError(
                    .wrongLength, in: name,
                    "normalize: \(word) has \(numbers.count) numbers, but a sample has \(groups) \(noun)")
            }
        }
        guard let wrong = deviations.first(where: { !($0 > 0 && $0.isFinite) }) else { return }
        throw DatasetError(.badParameter, in: name, "normalize: std is \(wrong), and must be above 0")
    }
}
