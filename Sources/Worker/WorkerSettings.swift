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
    /// How long it looks for a coordinator at the start, and after losing one while it has nothing in hand.
    package var connectTimeout: Duration = .seconds(30)
    /// How long it looks for a lost coordinator while it trains, or has something to deliver.
    package var returnTimeout: Duration = .seconds(24 * 3600)
    /// What is not acknowledged by then is sent again, and then after twice that, and so on.
    package var resendAfter: Duration = .seconds(5)
    /// The longest time between two repetitions.
    package var longestResend: Duration = .seconds(30)
    /// How long saving and handing back may take, after a signal, before the worker ends all the same. The last words
    /// take another second at most.
    package var stopLimit: Duration = .seconds(4)
    /// The same where it is the coordinator that asks, or this worker's own need: nobody kills it meanwhile.
    package var drainLimit: Duration = .seconds(15)
    /// How long the thread of an abandoned attempt may take to leave it.
    package var leavingLimit: Duration = .seconds(30)

    package init() {}
}
