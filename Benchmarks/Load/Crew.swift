import Messaging
import Synchronization

/// The workers of one thread.
final class Crew: Sendable {
    struct Tally {
        /// Workers that hold a trial.
        var busy = 0
        /// Workers that were told to end.
        var ended = 0
        /// Trials whose end is durable.
        var trials = 0
        var acknowledged = 0
        /// Seconds from sending a result to its acknowledgement.
        var latencies: [Double] = []
        /// Seconds from sending a heartbeat to its answer, where they are measured.
        var heartbeats: [Double] = []
        /// Seconds that each checkpoint took from its first chunk to the word that it is stored.
        var uploads: [Double] = []
    }

    let endpoint: Endpoint
    let plan: Load.Plan
    let numbers: [Int]
    let rate: Double
    let window: Int
    let trialSeconds: Double
    /// What its workers upload; nil where they upload nothing.
    let checkpoint: PlayedCheckpoint?
    private let tally = Mutex(Tally())

    init(
        endpoint: Endpoint, plan: Load.Plan, numbers: [Int], rate: Double, window: Int, trialSeconds: Double,
        checkpoint: PlayedCheckpoint? = nil
    ) {
        self.endpoint = endpoint
        self.plan = plan
        self.numbers = numbers
        self.rate = rate
        self.window = window
        self.trialSeconds = trialSeconds
        self.checkpoint = checkpoint
    }

    /// What has come together so far.
    var soFar: Tally { tally.withLock { $0 } }

    /// Begins to count anew, but for the states of the workers.
    func beginCounting() {
        tally.withLock { $0 = Tally(busy: $0.busy, ended: $0.ended) }
    }

    func run() {
        do {
            let context = try Context()
            var poller = Poller()
            let workers = try numbers.map { try PlayedWorker($0, of: self, context) }
            for worker in workers {
                poller.watch(worker.socket)
            }
            let pause: Duration = rate == 0 && trialSeconds == 0 ? .milliseconds(100) : .milliseconds(1)
            while workers.contains(where: { !$0.hasEnded }) {
                _ = try poller.wait(atMost: pause)
                var change = Tally()
                for worker in workers {
                    try worker.act(&change)
                }
                tally.withLock { total in
                    total.busy += change.busy
                    total.ended += change.ended
                    total.trials += change.trials
                    total.acknowledged += change.acknowledged
                    total.latencies += change.latencies
                    total.heartbeats += change.heartbeats
                    total.uploads += change.uploads
                }
            }
        } catch {
            fatalError("a played worker failed: \(error)")
        }
    }
}
