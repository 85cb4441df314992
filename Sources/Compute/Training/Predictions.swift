#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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

    /// -log p of the true class, with p the softmax of the outputs, or of a single output x the logistic 1 / (1 + exp(-x)).
    func crossEntropy(ofSample sample: Int, truth: Int) -> Double {
        guard outputs > 1 else {
            // log(1 + exp(z)), z the output towards the other class, without an overflow.
            let z = truth == 1 ? -Double(values[sample]) : Double(values[sample])
            return max(z, 0) + log1p(exp(-abs(z)))
        }
        let row = values[sample * outputs..<(sample + 1) * outputs]
        // NaN is not lost in a maximum: it comes back from the sum.
        let largest = row.reduce(-Float.infinity) { max($0, $1) }
        let sum = row.reduce(0.0) { $0 + Double(exp($1 - largest)) }
        return log(sum) + Double(largest) - Double(values[sample * outputs + truth])
    }
}
