/// A multiplication by given factors: dropout, whose mask is drawn already, or flatten, which changes nothing.
struct ReferenceFactors: ReferenceOperation {
    let factors: [Double]

    func forward(_ inputs: [[Double]]) -> [Double] { zip(inputs[0], factors).map(*) }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        ReferenceGradient(inputs: [zip(gradient, factors).map(*)])
    }
}
