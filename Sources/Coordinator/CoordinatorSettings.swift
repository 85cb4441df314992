/// How patient a coordinator is.
package struct CoordinatorSettings: Hashable, Sendable {
    /// How often each side says that it lives.
    package var heartbeat: Duration = .seconds(1)
    /// How long a worker may be silent before its trials are given to others.
    package var lease: Duration = .seconds(15)
    /// How long trials that ran when the last coordinator ended wait for their workers to come back.
    package var grace: Duration = .seconds(15)
    /// How long workers have to hand their trials back when the coordinator is told to stop.
    package var drainLimit: Duration = .seconds(20)
    /// A trial that has lost its worker this often is failed.
    package var maximumLostAttempts = 5

    package init() {}
}
