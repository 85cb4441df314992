package import Architecture
package import Random

/// Batches mixed with themselves: sample i with sample p(i) of a random permutation, at a share lambda drawn from
/// Beta(alpha, alpha) for each batch.
///
/// Targets are mixed alike: the loss is lambda L(y) + (1 - lambda) L(y'), where L has all settings that the loss has
/// without mixing. Target values are mixed themselves, lambda y + (1 - lambda) y'.
public enum Mixing: Hashable, Sendable {
    /// x = lambda x + (1 - lambda) x'.
    ///
    /// Source: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
    case mixup(alpha: Double)
    /// A box of the image, of the share 1 - lambda of its area around a random pixel, is that of the other image; what
    /// of the box lies outside is cut off, and lambda follows the area that is left. For images alone.
    ///
    /// Source: Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features",
    /// ICCV 2019.
    case cutmix(alpha: Double)
}

/// Mixes batches with themselves, as a ``Mixing`` says.
package final class BatchMixer {
    private let mixing: Mixing
    private let sample: Shape
    /// The features as they were.
    private let original: UnsafeMutableBufferPointer<Float>

    /// - Parameter sample: the shape of a sample.
    package init(_ mixing: Mixing, capacity: Int, sample: Shape) {
        self.mixing = mixing
        self.sample = sample
        original = .allocate(capacity: capacity * sample.count)
    }

    deinit {
        original.deallocate()
    }

    package func mix(_ batch: SampleBatch, using random: inout RandomStream) {
        let share: Double
        switch mixing {
        case .mixup(let alpha):
            share = random.beta(alpha, alpha)
            let partners = random.permutation(of: batch.count)
            blend(batch, with: partners, share: Float(share))
            mixTargets(of: batch, with: partners, share: share)
        case .cutmix(let alpha):
            let box = CutBox(
                keeping: random.beta(alpha, alpha), height: sample.dimensions[1], width: sample.dimensions[2],
                using: &random)
            let partners = random.permutation(of: batch.count)
            paste(box, into: batch, from: partners)
            mixTargets(of: batch, with: partners, share: box.share)
        }
    }

    private func blend(_ batch: SampleBatch, with partners: [Int], share: Float) {
        let count = sample.count
        keepOriginal(batch)
        for (row, partner) in partners.enumerated() {
            let (x, y) = (batch.features.baseAddress! + row * count, original.baseAddress! + partner * count)
            for i in 0..<count { x[i] = share * x[i] + (1 - share) * y[i] }
        }
    }

    private func paste(_ box: CutBox, into batch: SampleBatch, from partners: [Int]) {
        let (channels, height, width) = (sample.dimensions[0], sample.dimensions[1], sample.dimensions[2])
        keepOriginal(batch)
        for (row, partner) in partners.enumerated() {
            for channel in 0..<channels {
                for y in box.rows {
                    let place = (channel * height + y) * width + box.columns.lowerBound
                    (batch.features.baseAddress! + row * sample.count + place).update(
                        from: original.baseAddress! + partner * sample.count + place, count: box.columns.count)
                }
            }
        }
    }

    private func keepOriginal(_ batch: SampleBatch) {
        original.baseAddress!.update(from: batch.features.baseAddress!, count: batch.count * sample.count)
    }

    private func mixTargets(of batch: SampleBatch, with partners: [Int], share: Double) {
        switch batch.targets {
        case .classes(let classes):
            batch.mix(with: partners.map { classes[$0] }, share: share)
        case .values(let values):
            let outputs = values.count / batch.capacity
            let before = Array(values.prefix(batch.count * outputs))
            for (row, partner) in partners.enumerated() {
                for output in 0..<outputs {
                    let (own, other) = (before[row * outputs + output], before[partner * outputs + output])
                    values[row * outputs + output] = Float(share * Double(own) + (1 - share) * Double(other))
                }
            }
        }
    }
}

/// The part of an image that is cut out: of 1 - lambda of its area, around a random pixel, cut off at the border.
package struct CutBox: Equatable {
    package let rows: Range<Int>
    package let columns: Range<Int>
    /// What is left of the image, as a share of its area.
    package let share: Double

    /// - Parameter lambda: the share to be left.
    package init(keeping lambda: Double, height: Int, width: Int, using random: inout RandomStream) {
        let scale = (1 - lambda).squareRoot()
        func range(_ size: Int, around middle: Int) -> Range<Int> {
            let cut = Int(Double(size) * scale)
            return max(middle - cut / 2, 0)..<min(middle + cut / 2, size)
        }
        rows = range(height, around: random.uniformInt(below: height))
        columns = range(width, around: random.uniformInt(below: width))
        share = 1 - Double(rows.count * columns.count) / Double(height * width)
    }
}
