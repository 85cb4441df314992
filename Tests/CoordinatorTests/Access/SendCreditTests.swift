import Coordinator
import Messaging
import TestSupport
import Testing

/// What may wait for a peer that does not read.
@Suite struct SendCreditTests {
    private static let piece = 1 << 18

    /// Sends as libzmq would: what the system does not take waits.
    private struct Peer {
        let pair: TCPPair
        var credit: SendCredit
        var waiting = 0

        init() throws {
            pair = try TCPPair()
            credit = SendCredit(pair.connection)
        }

        mutating func flush() {
            while waiting > 0 {
                let sent = pair.send(min(waiting, 1 << 16))
                guard sent > 0 else { return }
                waiting -= sent
            }
        }

        /// - Returns: how many bytes were let through before one piece was not.
        mutating func sendUntilRefused(atMost limit: Int) -> Int {
            var sent = 0
            while sent < limit, credit.spend(SendCreditTests.piece) {
                sent += SendCreditTests.piece
                waiting += SendCreditTests.piece
                flush()
            }
            return sent
        }
    }

    @Test func whoDoesNotReadIsSentABoundedNumberOfBytes() async throws {
        var peer = try Peer()
        let sent = peer.sendUntilRefused(atMost: 4 * SendCredit.limit)
        // What its system has confirmed, a few MiB at most, waits no more.
        #expect((SendCredit.limit - 2 * Self.piece...2 * SendCredit.limit).contains(sent), "\(sent)")
        #expect(peer.waiting <= SendCredit.limit)
        let takesSmallOne = peer.credit.spend(SendCredit.smallMessage)
        #expect(takesSmallOne, "the socket's queue bounds those")

        // It reads again: all of it may be used anew.
        try await eventually {
            peer.flush()
            _ = peer.pair.receive()
            return peer.waiting == 0 && peer.pair.connection.isDrained
        } last: {
            peer.waiting
        }
        let again = peer.sendUntilRefused(atMost: 4 * SendCredit.limit)
        #expect(again >= SendCredit.limit - 2 * Self.piece, "\(again)")
    }

    @Test func whatIsConfirmedMakesRoomForAsMuch() async throws {
        var peer = try Peer()
        _ = peer.sendUntilRefused(atMost: 4 * SendCredit.limit)
        var read = 0
        try await eventually {
            read += peer.pair.receive(atMost: 1 << 16)
            peer.flush()
            return peer.credit.spend(Self.piece)
        } last: {
            read
        }
        #expect(peer.waiting > 0, "it need not have read all")
    }

    @Test func whoReadsIsSentWithoutEnd() async throws {
        var peer = try Peer()
        var sent = 0
        try await eventually {
            for _ in 0..<64 where peer.credit.spend(Self.piece) {
                sent += Self.piece
                peer.waiting += Self.piece
                peer.flush()
                _ = peer.pair.receive()
            }
            peer.flush()
            _ = peer.pair.receive()
            return sent >= 16 * SendCredit.limit
        } last: {
            sent
        }
    }

    /// On a Unix socket nothing is counted: the queue's number of messages is the bound.
    @Test func withoutCountsNothingIsHeldBack() {
        var credit = SendCredit(nil)
        let taken = (0..<100).count { _ in credit.spend(Self.piece) }
        #expect(taken == 100)
    }
}
