#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How good the probabilities of a classifier are, beyond the classes that it predicts.
///
/// A class is told from all others by its own probability. Means over classes are of those that have samples, and do not
/// count how many; with two classes there is one such question, about the second class. NaN where nothing can be told, as
/// of samples that are all of one class.
public struct ScoreMetrics: Sendable, Equatable {
    /// The area under the curve of true over false positives: the chance that a sample of the class has a higher
    /// probability of it than a sample of another class, ties counting half; the mean over classes.
    ///
    /// Source: Hanley, McNeil, Radiology 143(1), 1982; scikit-learn's `roc_auc_score`, `multi_class="ovr"`.
    public var auroc: Double
    /// The sum over thresholds of (R_n - R_(n-1)) P_n, with recall R and precision P; the mean over classes.
    ///
    /// Source: scikit-learn's `average_precision_score`.
    public var averagePrecision: Double
    /// The share of samples whose class is among the five most probable ones, the first of equals; nil with at most five
    /// classes.
    public var topFiveAccuracy: Double?
    /// The expected calibration error: the mean of |accuracy - confidence| over ``reliability``, each bin weighing as its
    /// samples.
    ///
    /// Source: Guo et al., "On calibration of modern neural networks", ICML 2017.
    public var calibrationError: Double
    /// How often predictions of about the same confidence are right: ``binCount`` bins of equal width.
    public var reliability: [ReliabilityBin]

    /// Samples whose predicted class has a probability within the bin.
    public struct ReliabilityBin: Sendable, Equatable {
        public var count: Int
        /// The sum of the probabilities.
        public var confidence: Double
        /// How many were right.
        public var right: Int

        public init(count: Int = 0, confidence: Double = 0, right: Int = 0) {
            self.count = count
            self.confidence = confidence
            self.right = right
        }
    }

    /// Of outputs that are known already.
    ///
    /// - Parameters:
    ///   - outputs: samples x outputs, at least one sample; a single output x stands for the two 0 and x.
    ///   - labels: of the samples.
    ///   - temperature: what the outputs are divided by.
    public init(outputs: [Float], labels: [Int32], temperature: Double = 1) {
        let width = outputs.count / labels.count
        var sums = ScoreSums(classes: max(width, 2))
        let scaled = outputs.map { Float(Double($0) / temperature) }
        scaled.withUnsafeBufferPointer { values in
            labels.withUnsafeBufferPointer { labels in
                sums.add(Predictions(values: values, outputs: width), labels, count: labels.count)
            }
        }
        self = sums.metrics
    }

    init(
        auroc: Double, averagePrecision: Double, topFiveAccuracy: Double?, calibrationError: Double,
        reliability: [ReliabilityBin]
    ) {
        self.auroc = auroc
        self.averagePrecision = averagePrecision
        self.topFiveAccuracy = topFiveAccuracy
        self.calibrationError = calibrationError
        self.reliability = reliability
    }

    /// Bin i holds confidences above i / 15 and up to (i + 1) / 15.
    public static let binCount = 15
}

/// The probabilities that a model gives to samples whose classes are known, collected batch by batch.
struct ScoreSums {
    /// With more classes nothing is collected: the memory would be out of proportion.
    static let mostClasses = 1000

    private let classes: Int
    /// Samples x classes; of two classes, the second one's alone.
    private var probabilities: [Float] = []
    private var labels: [Int32] = []
    private var reliability = Array(repeating: ScoreMetrics.ReliabilityBin(), count: ScoreMetrics.binCount)
    private var amongFive = 0

    /// - Parameter classes: at least two.
    init(classes: Int) { self.classes = classes }

    private var width: Int { classes == 2 ? 1 : classes }

    mutating func add(_ predictions: Predictions, _ truths: UnsafeBufferPointer<Int32>, count: Int) {
        for sample in 0..<count {
            let truth = Int(truths[sample])
            labels.append(truths[sample])
            let confidence = append(predictions, sample)
            let bin = min(Int((confidence * Double(ScoreMetrics.binCount)).rounded(.up)), ScoreMetrics.binCount) - 1
            reliability[max(bin, 0)].count += 1
            reliability[max(bin, 0)].confidence += confidence
            if predictions.predictedClass(ofSample: sample) == truth { reliability[max(bin, 0)].right += 1 }
            if classes > 5, predictions.rank(ofClass: truth, sample: sample) < 5 { amongFive += 1 }
        }
    }

    /// - Returns: the probability of the predicted class; 0 where it is not a number.
    private mutating func append(_ predictions: Predictions, _ sample: Int) -> Double {
        if classes == 2 {
            let outputs = predictions.outputs
            let difference =
                outputs == 1
                ? predictions.values[sample] : predictions.values[2 * sample + 1] - predictions.values[2 * sample]
            let second = 1 / (1 + exp(-Double(difference)))
            probabilities.append(Float(second))
            return second.isNaN ? 0 : max(second, 1 - second)
        }
        let row = predictions.values[sample * classes..<(sample + 1) * classes]
        let largest = row.reduce(-Float.infinity) { max($0, $1) }
        let start = probabilities.count
        var sum: Float = 0
        for value in row {
            let power = exp(value - largest)
            probabilities.append(power)
            sum += power
        }
        for place in start..<start + classes { probabilities[place] /= sum }
        return sum.isNaN ? 0 : Double(1 / sum)
    }

    var metrics: ScoreMetrics {
        let questions = classes == 2 ? [1] : Array(0..<classes)
        var (areas, precisions): ([Double], [Double]) = ([], [])
        for question in questions {
            let (area, precision) = ranking(of: Int32(question))
            if let area { areas.append(area) }
            if let precision { precisions.append(precision) }
        }
        func mean(_ values: [Double]) -> Double {
            values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
        }
        let error = reliability.reduce(0) { $0 + abs(Double($1.right) - $1.confidence) } / Double(labels.count)
        return ScoreMetrics(
            auroc: mean(areas), averagePrecision: mean(precisions),
            topFiveAccuracy: classes > 5 ? Double(amongFive) / Double(labels.count) : nil, calibrationError: error,
            reliability: reliability)
    }

    /// How well a class is told from the others; nil where it, or all others, have no samples.
    private func ranking(of question: Int32) -> (area: Double?, precision: Double?) {
        let column = classes == 2 ? 0 : Int(question)
        var positives = 0
        // A probability's bits are in its own order, as it is not negative; the lowest bit tells whether it is the class's.
        var keys: [UInt32] = []
        keys.reserveCapacity(labels.count)
        for (sample, label) in labels.enumerated() {
            let probability = probabilities[sample * width + column]
            guard !probability.isNaN else { return (.nan, .nan) }
            if label == question { positives += 1 }
            keys.append(probability.bitPattern << 1 | (label == question ? 1 : 0))
        }
        guard positives > 0 else { return (nil, nil) }
        keys.sortDescending()
        let others = labels.count - positives
        // Pairs of a sample of the class and one of another that stand in the right order, ties half.
        var (pairs, precision) = (0.0, 0.0)
        var (above, passed) = (0, 0)
        var place = 0
        while place < keys.count {
            let value = keys[place] >> 1
            var (here, all) = (0, 0)
            while place < keys.count, keys[place] >> 1 == value {
                here += Int(keys[place] & 1)
                all += 1
                place += 1
            }
            pairs += Double(all - here) * (Double(above) + Double(here) / 2)
            above += here
            passed += all
            precision += Double(here) / Double(positives) * (Double(above) / Double(passed))
        }
        return (others > 0 ? pairs / (Double(positives) * Double(others)) : nil, precision)
    }
}

extension [UInt32] {
    /// Digit by digit from the lowest, 11 bits at a time: of a few hundred numbers on, faster than comparing them.
    fileprivate mutating func sortDescending() {
        guard count > 64 else { return sort(by: >) }
        let digits = 1 << 11
        var other = self
        for shift in [UInt32(0), 11, 22] {
            withUnsafeMutableBufferPointer { source in
                other.withUnsafeMutableBufferPointer { target in
                    withUnsafeTemporaryAllocation(of: Int.self, capacity: digits) { places in
                        places.initialize(repeating: 0)
                        for key in source { places[Int(key >> shift) & (digits - 1)] += 1 }
                        var place = 0
                        for digit in (0..<digits).reversed() {
                            (places[digit], place) = (place, place + places[digit])
                        }
                        for key in source {
                            let digit = Int(key >> shift) & (digits - 1)
                            target[places[digit]] = key
                            places[digit] += 1
                        }
                    }
                }
            }
            swap(&self, &other)
        }
    }
}

extension Predictions {
    /// How many classes a model finds more probable than this one, the first of equals being so.
    fileprivate func rank(ofClass label: Int, sample: Int) -> Int {
        let start = sample * outputs
        let own = values[start + label]
        return (0..<outputs).count { output in
            values[start + output] > own || (values[start + output] == own && output < label)
        }
    }
}
