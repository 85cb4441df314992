import Random

/// A nested uniform scramble of binary fractions, one of each dimension: it halves the unit interval and swaps the
/// halves by a coin, then does the same with each half, and so on. Even spread stays, and each point becomes uniform.
///
/// The coins of all intervals are one binary tree. A block of the generator holds those of seven levels below a node.
///
/// Source: Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", in Monte Carlo and Quasi-Monte Carlo Methods in
/// Scientific Computing, 1995. Coins by a hash of the path are in Burley, "Practical hash-based Owen scrambling", JCGT
/// 9(4), 2020.
struct OwenScramble: Sendable {
    private static let levels = 7

    private let coins: RandomStream

    init(seed: UInt64, dimension: Int) {
        coins = RandomStream(seed: seed, stream: .scramble, index: dimension)
    }

    /// - Parameter digits: a fraction of 32 binary digits, the highest bit first.
    func callAsFunction(_ digits: UInt32) -> UInt32 {
        var flips: UInt32 = 0
        for start in stride(from: 0, to: UInt32.bitWidth, by: Self.levels) {
            // A node's number has a 1 before the path that leads to it, so that nodes of all levels differ.
            let root = (1 << UInt64(start)) | UInt64(digits) >> UInt64(UInt32.bitWidth - start)
            let block = coins.block(root)
            var node: UInt32 = 1
            for level in start..<min(start + Self.levels, UInt32.bitWidth) {
                let place = UInt32(UInt32.bitWidth - 1 - level)
                flips |= (block[Int(node >> 5)] >> (node & 31) & 1) << place
                node = node << 1 | digits >> place & 1
            }
        }
        return digits ^ flips
    }
}
