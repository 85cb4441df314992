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

/// How well a model does on a set of samples.
public struct Metrics: Sendable, Equatable {
    /// The mean loss.
    public var loss: Double
    /// The share of samples whose largest output is their class, the first of equals; classification only.
    public var accuracy: Double?
    /// The mean of -log p with p the probability that the model gives the true class, every sample weighing alike:
    /// cross-entropy without smoothing or class weights, whatever the loss is; classification only.
    public var crossEntropy: Double?
    /// The mean of the squared errors over samples and outputs, whatever the loss is; regression only.
    public var meanSquaredError: Double?
    /// The root of the mean squared error, in the targets' units; regression only.
    public var rmse: Double?
    /// 1 - SSE / SST, the share of the targets' variance that is explained; regression only. SSE and SST are summed
    /// over all outputs, SST around each output's own mean. NaN where the targets do not vary.
    public var r2: Double?
    /// The mean of |x - y|, in the units of the targets as they are trained on; regression only.
    public var meanAbsoluteError: Double?
    /// The root of the mean of (log(1 + x) - log(1 + y))^2 in the targets' own units, a prediction below 0 counting as 0;
    /// nil where a target is below 0; regression only.
    public var rmsle: Double?
    /// The mean over the classes that have samples of the share of theirs that is predicted right; classification only.
    public var balancedAccuracy: Double?
    /// Of the probabilities; classification only, with at most 1000 classes.
    public var scores: ScoreMetrics?
    /// How many samples of true class t were predicted as class p, at t x classes + p; classification only.
    public var confusion: [Int]?

    public init(
        loss: Double, accuracy: Double? = nil, crossEntropy: Double? = nil, meanSquaredError: Double? = nil,
        rmse: Double? = nil, r2: Double? = nil, confusion: [Int]? = nil
    ) {
        self.loss = loss
        self.accuracy = accuracy
        self.crossEntropy = crossEntropy
        self.meanSquaredError = meanSquaredError
        self.rmse = rmse
        self.r2 = r2
        self.confusion = confusion
    }
}

/// What turns a target as it is trained on into its own units: y unit + offset.
public struct TargetScale: Sendable, Hashable {
    public var unit: Double
    public var offset: Double

    public init(unit: Double = 1, offset: Double = 0) {
        self.unit = unit
        self.offset = offset
    }
}

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
    private var scores: ScoreSums?
    private let scale: TargetScale
    private var isRegression = false
    private var squaredErrors = 0.0
    private var absoluteErrors = 0.0
    /// Of the logarithms; nil once a target was below 0.
    private var squaredLogErrors: Double? = 0
    /// Per output: the first target, and the sums of the others' distances from it and of their squares. Sums around
    /// a value of the data's own size lose nothing where the mean is large beside the spread.
    private var origins: [Double] = []
    private var sums: [Double]
    private var squares: [Double]

    init(outputs: Int, scale: TargetScale) {
        self.outputs = outputs
        self.scale = scale
        classCount = max(outputs, 2)
        scores = classCount <= ScoreSums.mostClasses ? ScoreSums(classes: classCount) : nil
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
            scores?.add(predictions, classes, count: count)
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
                absoluteErrors += abs(error)
                addLogError(Double(predicted[i]), Double(values[i]))
                let distance = Double(values[i]) - origins[i % outputs]
                sums[i % outputs] += distance
                squares[i % outputs] += distance * distance
            }
        }
    }

    private mutating func addLogError(_ predicted: Double, _ expected: Double) {
        guard let sum = squaredLogErrors else { return }
        let truth = expected * scale.unit + scale.offset
        // A target that was scaled comes back with a rounding.
        guard truth >= -1e-6 * scale.unit else { return squaredLogErrors = nil }
        let error = log1p(max(predicted * scale.unit + scale.offset, 0)) - log1p(max(truth, 0))
        squaredLogErrors = sum + error * error
    }

    private var classMetrics: Metrics {
        let hits = (0..<classCount).map { confusion[$0 * (classCount + 1)] }
        let supports = (0..<classCount).map { confusion[$0 * classCount..<($0 + 1) * classCount].reduce(0, +) }
        let recalls = zip(hits, supports).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
        var metrics = Metrics(
            loss: lossSum / lossWeight, accuracy: Double(hits.reduce(0, +)) / Double(samples),
            crossEntropy: crossEntropy / Double(samples), confusion: confusion)
        metrics.balancedAccuracy = recalls.reduce(0, +) / Double(recalls.count)
        metrics.scores = scores?.metrics
        return metrics
    }

    var metrics: Metrics {
        guard isRegression else { return classMetrics }
        let loss = lossSum / lossWeight
        let variation = zip(sums, squares).reduce(0) { $0 + ($1.1 - $1.0 * $1.0 / Double(samples)) }
        let meanSquaredError = squaredErrors / Double(samples * outputs)
        var metrics = Metrics(
            loss: loss, meanSquaredError: meanSquaredError, rmse: meanSquaredError.squareRoot(),
            r2: variation > 0 ? 1 - squaredErrors / variation : .nan)
        metrics.meanAbsoluteError = absoluteErrors / Double(samples * outputs)
        metrics.rmsle = squaredLogErrors.map { ($0 / Double(samples * outputs)).squareRoot() }
        return metrics
    }
}
