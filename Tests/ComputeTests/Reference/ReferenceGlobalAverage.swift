/// The mean over all pixels of each channel of each sample.
struct ReferenceGlobalAverage: ReferenceOperation {
    let pixels: Int

    func forward(_ inputs: [[Double]]) -> [Double] {
        stride(from: 0, to: inputs[0].count, by: pixels).map { start in
            inputs[0][start..<start + pixels].reduce(0, +) / Double(pixels)
        }
    }

    func backward(_ inputs: [[Double]], _ gradient: [Double]) -> ReferenceGradient {
        ReferenceGradient(inputs: [inputs[0].indices.map { gradient[$0 / pixels] / Double(pixels) }])
    }
}
