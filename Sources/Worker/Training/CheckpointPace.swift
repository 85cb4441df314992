/// How often a trial is saved: as often as the experiment says, but in no more than a share of the time.
struct CheckpointPace {
    private let share: Double
    private var last = ContinuousClock.now
    private var cost = Duration.zero

    /// - Parameter share: of the time, above 0; far above 1 it is no bound.
    init(share: Double) {
        self.share = share
    }

    func isDue(every interval: Duration) -> Bool {
        ContinuousClock.now - last >= max(interval, cost / share)
    }

    /// Takes note of what saving costs.
    mutating func measure(_ body: () throws -> Void) rethrows {
        let began = ContinuousClock.now
        defer {
            last = .now
            cost = last - began
        }
        try body()
    }
}
