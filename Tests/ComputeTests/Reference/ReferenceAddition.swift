/// The sum of two values.
struct ReferenceAddition: ReferenceOperation {
    func forward(_ inputs: [[Double]]) -> [Double] { zip(inputs[0], inputs[1]).map(+) }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        ReferenceGradient(inputs: [gradient, gradient])
    }
}
