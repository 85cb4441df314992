/// Which trials the newest records were about, so that whoever follows a study need not look at all that are open.
package struct RecentTrials: Sendable {
    private static let size = 64

    /// Records about trials so far.
    package private(set) var count: Int
    /// The trials of the last ones, in a ring.
    private var ring: [Int] = []
    /// Records that it was not told of.
    private let forgotten: Int

    /// - Parameter forgotten: records that were before, of which nothing is known.
    init(forgotten: Int = 0) {
        self.forgotten = forgotten
        count = forgotten
    }

    /// - Returns: the trials that records after the first `count` ones were about, each once and in order; nil where those
    ///   are too many to be known.
    package func since(_ count: Int) -> [Int]? {
        guard self.count - count <= ring.count else { return nil }
        return Set((count..<self.count).map { ring[place(of: $0)] }).sorted()
    }

    mutating func note(_ trial: Int) {
        if ring.count < Self.size { ring.append(trial) } else { ring[place(of: count)] = trial }
        count += 1
    }

    private func place(of record: Int) -> Int { (record - forgotten) % Self.size }
}

/// What is kept for speed alone makes no study another.
extension RecentTrials: Hashable {
    package static func == (one: RecentTrials, other: RecentTrials) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}
