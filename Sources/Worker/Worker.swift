import Experiments
import Foundation
package import Messaging
package import Wire

/// A worker: takes trials from a coordinator, trains each on a thread of its own, and delivers what comes out.
///
/// A thin loop around ``WorkerMachine``; the network's thread never trains, so that heartbeats go on.
package final class Worker {
    private let context: Context
    private var connection: Connection
    private var machine: WorkerMachine
    private let mailbox: Mailbox<SlotEvent>
    private let cache: DataCache
    private let termination: TerminationSignal
    private let watchedInput: Int32?
    private var controls: [AttemptID: SlotControl] = [:]
    private let began = ContinuousClock.now
    private var end: WorkerEnd?
    private var witness = WorkerWitness()
    /// Told of what happens.
    package var observe: (WorkerEvent) -> Void = { _ in }

    /// - Parameters:
    ///   - endpoint: the coordinator's.
    ///   - security: this worker's keys and the coordinator's, or none.
    ///   - watchedInput: a descriptor whose end means that the coordinator has died; nil for a worker of its own.
    package init(
        endpoint: Endpoint, security: SocketOptions.Security = .none, settings: WorkerSettings,
        hello: WorkerMessage.Hello, cache: DataCache, watchedInput: Int32?
    ) throws {
        self.cache = cache
        self.watchedInput = watchedInput
        context = try Context()
        connection = try Connection(context, endpoint, security: security)
        mailbox = try Mailbox()
        termination = try TerminationSignal()
        machine = WorkerMachine(hello: hello, settings: settings, now: .zero)
    }

    /// Why the coordinator does not talk to this worker, as far as that is known.
    package var trouble: ConnectionTrouble? { connection.trouble }

    private var now: Duration { ContinuousClock.now - began }

    /// Works until the coordinator has nothing more, cannot be reached any more, or the worker is told to stop.
    package func run() throws -> WorkerEnd {
        try perform(machine.start(now: now))
        while end == nil {
            var poller = Poller()
            poller.watch(connection.socket, for: connection.isBlocked ? [.readable, .writable] : .readable)
            poller.watch(fileDescriptor: mailbox.waker.fileDescriptor)
            poller.watch(fileDescriptor: termination.fileDescriptor)
            if let watchedInput {
                poller.watch(fileDescriptor: watchedInput)
            }
            _ = try poller.wait(atMost: .milliseconds(100))
            if let watchedInput, !poller.events(of: watchedInput).isEmpty, end == nil {
                return .orphaned
            }
            if termination.take() {
                guard machine.isStopping == false else { return .interrupted }
                try perform(machine.stop(.interrupted, now: now))
            }
            for event in mailbox.takeAll() {
                try perform(machine.receive(event, now: now))
            }
            try connection.flush()
            while end == nil, let envelope = try connection.receive() {
                witness.hears(envelope.message).map(observe)
                try perform(machine.receive(envelope.message, bytes: envelope.bytes, now: now))
            }
            try perform(machine.tick(now: now))
        }
        try connection.close()
        return end!
    }

    private func perform(_ actions: [WorkerAction]) throws {
        for action in actions {
            switch action {
            case .send(let message, let bytes):
                witness.says(message).map(observe)
                try connection.send(Envelope(message, bytes: bytes).frames())
            case .start(let assign, let checkpoint):
                start(assign, checkpoint: checkpoint)
            case .pause(let id):
                controls[id]?.give(.pause)
            case .abandon(let id):
                controls[id]?.give(.abandon)
            case .reconnect:
                witness.reconnects().map(observe)
                try connection.reopen()
            case .exit(let reason):
                end = reason
            }
        }
    }

    private func start(_ assign: CoordinatorMessage.Assign, checkpoint: [UInt8]?) {
        let control = SlotControl()
        controls = controls.filter { machine.isTraining($0.key) }
        controls[assign.id] = control
        let thread = Thread { [cache, mailbox] in
            TrainingRun.perform(assign, checkpoint: checkpoint, cache: cache, control: control) { mailbox.put($0) }
        }
        thread.name = "trial \(assign.id.trial)"
        thread.stackSize = 8 << 20
        thread.start()
    }
}
