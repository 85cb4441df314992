/// How often a trial is saved: as often as the experiment says, but in no more than a twentieth of the time.
struct CheckpointPace {
    private var last = ContinuousClock.now
    private var cost = Duration.zero

    func isDue(every interval: Duration) -> Bool {
        ContinuousClock.now - last >= max(interval, cost * 20)
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
