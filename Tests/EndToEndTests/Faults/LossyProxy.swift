import Foundation
import Messaging
import Synchronization
import TestSupport

/// A carrier of whole messages between workers and their coordinator, which loses some, doubles some, and hands some
/// over late, behind others; which ones follows from a seed.
final class LossyProxy: Sendable {
    struct Harm {
        /// Of all messages.
        var lost = 0.05
        var doubled = 0.05
        var late = 0.1
    }

    /// Where workers connect to.
    let address: String
    private let isOver = Mutex(false)
    private let counts = Mutex((lost: 0, doubled: 0, late: 0, all: 0))

    /// What was done so far, for a person.
    var tally: String { counts.withLock { "\($0)" } }

    /// How many messages did not arrive once and in order.
    var harmed: Int { counts.withLock { $0.lost + $0.doubled + $0.late } }

    init(to address: String, harm: Harm, random: SplitMix64) throws {
        let coordinator = try Endpoint(address)
        // Bound in its thread, where the socket lives; its address is told from there.
        let bound = Mutex<Result<String, any Error>?>(nil)
        let started = DispatchSemaphore(value: 0)
        let box = Weak()
        Thread.detachNewThread {
            do {
                let context = try Context()
                let front = try Socket(context, .router)
                let own = try front.bind(Endpoint("tcp://127.0.0.1:0"))
                bound.withLock { $0 = .success(own.description) }
                started.signal()
                var carrier = Carrier(context, front, coordinator, harm, random)
                box.ready.wait()
                while let proxy = box.proxy.withLock({ $0.value }), !proxy.isOver.withLock({ $0 }) {
                    let change = try carrier.turn()
                    proxy.counts.withLock { counts in
                        counts.lost += change.lost
                        counts.doubled += change.doubled
                        counts.late += change.late
                        counts.all += change.all
                    }
                }
            } catch {
                bound.withLock { $0 = $0 ?? .failure(error) }
                started.signal()
            }
        }
        started.wait()
        self.address = try bound.withLock { $0! }.get()
        box.proxy.withLock { $0.value = self }
        box.ready.signal()
    }

    deinit {
        isOver.withLock { $0 = true }
    }

    /// How the thread finds the proxy without keeping it.
    private final class Weak: Sendable {
        struct Reference: Sendable {
            weak var value: LossyProxy?
        }

        let proxy = Mutex(Reference())
        let ready = DispatchSemaphore(value: 0)
    }
}

/// The sockets of a ``LossyProxy``, in its thread.
private struct Carrier {
    private let context: Context
    private let front: Socket
    private let coordinator: Endpoint
    private let harm: LossyProxy.Harm
    private var random: SplitMix64
    private var poller = Poller()
    /// By the worker's name at the front.
    private var backs: [[UInt8]: Socket] = [:]
    private var late: [(due: ContinuousClock.Instant, deliver: () throws -> Void)] = []

    init(
        _ context: Context, _ front: Socket, _ coordinator: Endpoint, _ harm: LossyProxy.Harm, _ random: SplitMix64
    ) {
        self.context = context
        self.front = front
        self.coordinator = coordinator
        self.harm = harm
        self.random = random
        poller.watch(front)
    }

    mutating func turn() throws -> (lost: Int, doubled: Int, late: Int, all: Int) {
        _ = try poller.wait(atMost: .milliseconds(5))
        var change = (lost: 0, doubled: 0, late: 0, all: 0)
        while let frames = try front.receive() {
            let back = try back(of: frames[0])
            let message = Array(frames.dropFirst())
            try carry(&change) { _ = try back.send(message) }
        }
        for (peer, back) in backs {
            while let message = try back.receive() {
                let front = front
                try carry(&change) { _ = try front.send([peer] + message) }
            }
        }
        let now = ContinuousClock.now
        for message in late where message.due <= now { try message.deliver() }
        late.removeAll { $0.due <= now }
        return change
    }

    private mutating func carry(
        _ change: inout (lost: Int, doubled: Int, late: Int, all: Int), _ deliver: @escaping () throws -> Void
    ) throws {
        change.all += 1
        switch Double.random(in: 0..<1, using: &random) {
        case ..<harm.lost:
            change.lost += 1
        case ..<(harm.lost + harm.doubled):
            change.doubled += 1
            try deliver()
            try deliver()
        case ..<(harm.lost + harm.doubled + harm.late):
            change.late += 1
            late.append((.now + .milliseconds(Int.random(in: 1...300, using: &random)), deliver))
        default:
            try deliver()
        }
    }

    private mutating func back(of peer: [UInt8]) throws -> Socket {
        if let back = backs[peer] { return back }
        let back = try Socket(context, .dealer)
        try back.connect(coordinator)
        backs[peer] = back
        poller.watch(back)
        return back
    }
}
