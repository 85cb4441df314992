internal import Architecture

/// Layer normalisation, y = gamma h + beta with h = (x - mean) / sqrt(variance + epsilon), with mean and biased variance
/// of each sample, in training and in evaluation.
///
/// Shapes: x and y [batch, ...], row-major; gamma and beta have the sample's shape. With g = dy gamma, backwards
/// dx = (g - mean of g - h mean of g h) / sqrt(variance + epsilon), dgamma = the sum of dy h over the batch, dbeta =
/// that of dy.
///
/// Source: Ba, Kiros, Hinton, "Layer normalization", arXiv:1607.06450; `torch.nn.LayerNorm`.
final class LayerNorm: PlannedLayer {
    let name: String
    let kind = "layer_norm"
    let output: Value
    private let input: Value
    private let epsilon: Float
    private let gamma: UnsafeMutablePointer<Float>
    private let beta: UnsafeMutablePointer<Float>
    private let gammaGradient: UnsafeMutablePointer<Float>
    private let betaGradient: UnsafeMutablePointer<Float>
    /// Of each sample: the mean, and 1 / sqrt(variance + epsilon).
    private let mean: Arena.Buffer
    private let scale: Arena.Buffer

    init(_ norm: Layer.LayerNorm, _ site: LayerSite, _ parameters: LayerParameters, input: Value) {
        let (store, arena) = (site.context.store, site.context.arena)
        name = site.name
        epsilon = Float(norm.epsilon)
        self.input = input
        gamma = store.values(of: parameters.weight)
        beta = store.values(of: parameters.bias!)
        gammaGradient = store.gradients(of: parameters.weight)
        betaGradient = store.gradients(of: parameters.bias!)
        output = site.output(.rowMajor, from: input, hasParameters: true, isKept: false)
        mean = arena.reserve(floats: input.batch)
        scale = arena.reserve(floats: input.batch)
    }

    var inputGradients: [(value: Value, route: GradientRoute)] { [(input, .written)] }

    var footprint: Footprint {
        Footprint(forward: [input.buffer, output.buffer, mean, scale], backward: [input.buffer, mean, scale])
    }

    func forward(_ step: StepIdentity) {
        let count = input.shape.count
        let (gamma, beta) = (gamma, beta)
        for sample in 0..<input.batch {
            let (x, y) = (input.base + sample * count, output.base + sample * count)
            let mean = Lanes.sum(count) { Lanes(x, $0, $1) } / Float(count)
            let squares = Lanes.sum(count) { index, part in
                let distance = Lanes(x, index, part, else: mean) - mean
                return distance * distance
            }
            let scale = 1 / (squares / Float(count) + epsilon).squareRoot()
            Lanes.forEach(count) { index, part in
                let h = (Lanes(x, index, part) - mean) * scale
                (h * Lanes(gamma, index, part) + Lanes(beta, index, part)).store(y, index, part)
            }
            self.mean.base[sample] = mean
            self.scale.base[sample] = scale
        }
    }

    func backward(_ gradients: LayerGradients) {
        let count = input.shape.count
        let (gamma, gammaGradient, betaGradient) = (gamma, gammaGradient, betaGradient)
        gammaGradient.update(repeating: 0, count: count)
        betaGradient.update(repeating: 0, count: count)
        for sample in 0..<input.batch {
            let (x, dy) = (input.base + sample * count, gradients.output.base + sample * count)
            let (mean, scale) = (mean.base[sample], scale.base[sample])
            var (sum, product) = (Lanes.zero, Lanes.zero)
            Lanes.forEach(count) { index, part in
                let h = (Lanes(x, index, part) - mean) * scale
                let dy = Lanes(dy, index, part)
                let g = dy * Lanes(gamma, index, part)
                sum += g
                product += g * h
                (Lanes(gammaGradient, index, part) + dy * h).store(gammaGradient, index, part)
                (Lanes(betaGradient, index, part) + dy).store(betaGradient, index, part)
            }
            guard let dx = gradients.input.map({ $0.base + sample * count }) else { continue }
            let (meanOfG, meanOfGH) = (sum.sum() / Float(count), product.sum() / Float(count))
            Lanes.forEach(count) { index, part in
                let h = (Lanes(x, index, part) - mean) * scale
                let g = Lanes(dy, index, part) * Lanes(gamma, index, part)
                ((g - meanOfG - h * meanOfGH) * scale).store(dx, index, part)
            }
        }
    }
}

private typealias Lanes = SIMD16<Float>

extension SIMD16<Float> {
    /// Up to 16 floats from `index` on, `part` of them; the lanes beyond are `filler`.
    @inline(__always)
    fileprivate init(_ base: UnsafeMutablePointer<Float>, _ index: Int, _ part: Int, else filler: Float = 0) {
        guard part < Self.scalarCount else {
            self = UnsafeRawPointer(base + index).loadUnaligned(as: Self.self)
            return
        }
        self.init(repeating: filler)
        for lane in 0..<part { self[lane] = base[index + lane] }
    }

    @inline(__always)
    fileprivate func store(_ base: UnsafeMutablePointer<Float>, _ index: Int, _ part: Int) {
        guard part < Self.scalarCount else {
            UnsafeMutableRawPointer(base + index).storeBytes(of: self, as: Self.self)
            return
        }
        for lane in 0..<part { base[index + lane] = self[lane] }
    }

    /// Calls `body` with the first index of every 16 floats, and with how many there are.
    @inline(__always)
    fileprivate static func forEach(_ count: Int, _ body: (Int, Int) -> Void) {
        let whole = count / scalarCount * scalarCount
        for index in stride(from: 0, to: whole, by: scalarCount) { body(index, scalarCount) }
        if whole < count { body(whole, count - whole) }
    }

    /// The sum of what `body` gives for each.
    @inline(__always)
    fileprivate static func sum(_ count: Int, _ body: (Int, Int) -> Self) -> Float {
        var sum = Self.zero
        forEach(count) { sum += body($0, $1) }
        return sum.sum()
    }
}
