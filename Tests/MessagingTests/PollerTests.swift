import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@Suite struct PollerTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func theTimeIsRoundedUp() throws {
        let waker = try Waker()
        var poller = Poller()
        poller.watch(fileDescriptor: waker.fileDescriptor)
        for timeout in [Duration.microseconds(300), .milliseconds(2), .zero, .seconds(-1)] {
            let start = ContinuousClock.now
            let happened = try poller.wait(atMost: timeout)
            let waited = ContinuousClock.now - start
            #expect(!happened)
            #expect(waited >= timeout)
        }
    }

    @Test func aWakerWakesItFromAnotherThread() throws {
        let waker = try Waker()
        var poller = Poller()
        poller.watch(fileDescriptor: waker.fileDescriptor)
        let thread = Thread {
            waker.wake()
            waker.wake()
        }
        thread.start()
        #expect(try poller.wait(atMost: .seconds(20)))
        #expect(poller.events(of: waker.fileDescriptor) == .readable)
    }

    @Test func drainingAWakerEndsItsEvent() throws {
        let waker = try Waker()
        var poller = Poller()
        poller.watch(fileDescriptor: waker.fileDescriptor)
        waker.wake()
        waker.wake()
        #expect(try poller.wait(atMost: .zero))
        waker.drain()
        #expect(try !poller.wait(atMost: .zero))
        #expect(poller.events(of: waker.fileDescriptor) == [])
        waker.drain()
        waker.wake()
        #expect(try poller.wait(atMost: .zero))
    }

    @Test func aPipeIsReadableAndThenHangsUp() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        var poller = Poller()
        poller.watch(fileDescriptor: descriptor)
        #expect(try !poller.wait(atMost: .zero))
        try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
        #expect(try poller.wait(atMost: .seconds(20)))
        #expect(poller.events(of: descriptor) == .readable)
        #expect(try pipe.fileHandleForReading.read(upToCount: 1) == Data([1]))
        try pipe.fileHandleForWriting.close()
        #expect(try poller.wait(atMost: .seconds(20)))
        #expect(poller.events(of: descriptor).contains(.failed))
    }

    @Test func itTellsWhichOfManyIsReady() throws {
        let first = try Link(Endpoint("ipc://\(directory.file("first"))"))
        let second = try Link(Endpoint("ipc://\(directory.file("second"))"))
        let waker = try Waker()
        var poller = Poller()
        poller.watch(first.router)
        poller.watch(second.router)
        poller.watch(fileDescriptor: waker.fileDescriptor)
        #expect(try second.dealer.send([[1]]) == .sent)
        #expect(try poller.wait(atMost: .seconds(20)))
        #expect(poller.events(of: first.router) == [])
        #expect(poller.events(of: second.router) == .readable)
        #expect(poller.events(of: waker.fileDescriptor) == [])
    }

    @Test func aSocketCanBeWatchedForOtherEventsLater() throws {
        let link = try Link(Endpoint("ipc://\(directory.file("socket"))"))
        var poller = Poller()
        poller.watch(link.dealer)
        #expect(try !poller.wait(atMost: .zero))
        poller.watch(link.dealer, for: [.readable, .writable])
        #expect(try poller.wait(atMost: .seconds(20)))
        #expect(poller.events(of: link.dealer) == .writable)
        poller.watch(link.dealer)
        #expect(try !poller.wait(atMost: .zero))
    }

    @Test func aSignalEndsTheWaitWithoutAnEvent() async throws {
        signal(SIGUSR1) { _ in }
        let waiter = try Waiter()
        waiter.start()
        // Again and again, since the first may come before the wait has begun.
        try await eventually {
            waiter.interrupt() == .over(happened: false)
        } last: {
            waiter.interrupt()
        }
    }

    @Test func shutdownEndsAWaitForEver() throws {
        let link = try Link(Endpoint("ipc://\(directory.file("socket"))"))
        var poller = Poller()
        poller.watch(link.router)
        let context = link.context
        Thread { context.shutdown() }.start()
        #expect(throws: ZMQError.terminated) { try poller.wait(atMost: nil) }
    }
}

/// A wait in a thread of its own that takes signals; those that run tests have them blocked.
private final class Waiter: Sendable {
    enum State: Equatable {
        case starting
        case waiting(pthread_t)
        case over(happened: Bool?)
    }

    private let state = Mutex(State.starting)
    private let waker: Waker

    init() throws {
        waker = try Waker()
    }

    func start() {
        Thread { [self] in
            var signals = sigset_t()
            sigaddset(&signals, SIGUSR1)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            state.withLock { $0 = .waiting(pthread_self()) }
            var poller = Poller()
            poller.watch(fileDescriptor: waker.fileDescriptor)
            let happened = try? poller.wait(atMost: .seconds(60))
            state.withLock { $0 = .over(happened: happened) }
        }.start()
    }

    /// Sends a signal to the thread while it waits; the lock keeps the thread alive meanwhile.
    func interrupt() -> State {
        state.withLock {
            if case .waiting(let thread) = $0 {
                pthread_kill(thread, SIGUSR1)
            }
            return $0
        }
    }
}
