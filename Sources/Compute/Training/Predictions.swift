/// A batch's outputs, and the classes that they stand for.
struct Predictions {
    /// Count x outputs.
    let values: UnsafeBufferPointer<Float>
    let outputs: Int

    /// The predicted class: that of the largest output, the first of equals; of a single output, whether it is above 0.
    func predictedClass(ofSample sample: Int) -> Int {
        guard outputs > 1 else { return values[sample] > 0 ? 1 : 0 }
        var best = 0
        for output in 1..<outputs where values[sample * outputs + output] > values[sample * outputs + best] {
            best = output
        }
        return best
    }
}
