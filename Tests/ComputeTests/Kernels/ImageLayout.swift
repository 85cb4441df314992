/// Where the values of images stand that are blocked by 16 channels: [batch][channels / 16, rounded up][pixels][16].
struct ImageLayout {
    let batch: Int
    let channels: Int
    let pixels: Int

    var blocks: Int { (channels + 15) / 16 }
    var count: Int { batch * blocks * pixels * 16 }

    func place(_ sample: Int, _ channel: Int, _ pixel: Int) -> Int {
        ((sample * blocks + channel / 16) * pixels + pixel) * 16 + channel % 16
    }

    /// Values in -1...1 plus `offset`, zeros beyond the last channel.
    func values(offset: Float = 0, using random: inout some RandomNumberGenerator) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        for place in places { values[place] = offset + Float.random(in: -1...1, using: &random) }
        return values
    }

    /// The places of all values, in the order (sample, channel, pixel).
    var places: [Int] {
        (0..<batch).flatMap { sample in
            (0..<channels).flatMap { channel in (0..<pixels).map { place(sample, channel, $0) } }
        }
    }

    /// Whether all lanes beyond the last channel hold zero.
    func paddingIsZero(_ values: [Float]) -> Bool {
        let there = Set(places)
        return values.indices.allSatisfy { there.contains($0) || values[$0] == 0 }
    }
}
