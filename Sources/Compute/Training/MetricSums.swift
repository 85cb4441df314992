/// The sums, in Double, that metrics are made of, filled batch by batch.
struct MetricSums {
    private let outputs: Int
    /// A single output tells two classes apart.
    private let classCount: Int
    private var lossSum = 0.0
    private var lossWeight = 0.0
    private var samples = 0
    private var crossEntropy = 0.0
    /// Samples of each true class by predicted class.
    private var confusion: [Int]
    private var isRegression = false
    private var squaredErrors = 0.0
    /// Per output: the first target, and the sums of the others' distances from it and of their squares. Sums around
    /// a value of the data's own size lose nothing where the mean is large beside the spread.
    private var origins: [Double] = []
    private var sums: [Double]
    private var squares: [Double]

    init(outputs: Int) {
        self.outputs = outputs
        classCount = max(outputs, 2)
        confusion = Array(repeating: 0, count: classCount * classCount)
        sums = Array(repeating: 0, count: outputs)
        squares = Array(repeating: 0, count: outputs)
    }

    mutating func add(
        predicted: UnsafeBufferPointer<Float>, expected: TargetBatch, count: Int, loss: (sum: Double, weight: Double)
    ) {
        lossSum += loss.sum
        lossWeight += loss.weight
        samples += count
        switch expected {
        case .classes(let classes):
            let predictions = Predictions(values: predicted, outputs: outputs)
            for sample in 0..<count {
                let truth = Int(classes[sample])
                confusion[truth * classCount + predictions.predictedClass(ofSample: sample)] += 1
                crossEntropy += predictions.crossEntropy(ofSample: sample, truth: truth)
            }
        case .mixedClasses:
            preconditionFailure("metrics are of samples as they are")
        case .values(let values):
            isRegression = true
            if origins.isEmpty {
                origins = values.prefix(outputs).map(Double.init)
            }
            for i in 0..<count * outputs {
                let error = Double(predicted[i]) - Double(values[i])
                squaredErrors += error * error
                let distance = Double(values[i]) - origins[i % outputs]
                sums[i % outputs] += distance
                squares[i % outputs] += distance * distance
            }
        }
    }

    var metrics: Metrics {
        let loss = lossSum / lossWeight
        guard isRegression else {
            let right = (0..<classCount).reduce(0) { $0 + confusion[$1 * (classCount + 1)] }
            return Metrics(
                loss: loss, accuracy: Double(right) / Double(samples), crossEntropy: crossEntropy / Double(samples),
                confusion: confusion)
        }
        let variation = zip(sums, squares).reduce(0) { $0 + ($1.1 - $1.0 * $1.0 / Double(samples)) }
        let meanSquaredError = squaredErrors / Double(samples * outputs)
        return Metrics(
            loss: loss, meanSquaredError: meanSquaredError, rmse: meanSquaredError.squareRoot(),
            r2: variation > 0 ? 1 - squaredErrors / variation : .nan)
    }
}
