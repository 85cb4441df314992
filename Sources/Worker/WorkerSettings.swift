/// How a worker behaves towards its coordinator.
package struct WorkerSettings: Hashable, Sendable {
    /// How many trials it trains at a time.
    package var slots = 1
    /// How many trials it takes before it leaves; nil for no bound.
    package var count: Int?
    /// How long it waits for something to do before it leaves; nil for ever.
    package var idleTimeout: Duration?
    /// How long it works before it saves, hands back and leaves; nil for ever.
    package var timeLimit: Duration?
    /// How long it looks for a coordinator, at the start and after losing one.
    package var connectTimeout: Duration = .seconds(30)
    /// What is not acknowledged by then is sent again.
    package var resendAfter: Duration = .seconds(5)

    /// How long saving and handing back may take before the worker ends all the same.
    package var stopLimit: Duration = .seconds(15)

    package init() {}
}
