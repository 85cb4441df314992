/// Workers that want trials, in the order in which they asked.
struct AskingQueue: Sendable {
    private var peers: [PeerID] = []
    private var head = 0

    var count: Int { peers.count - head }

    mutating func append(_ peer: PeerID) { peers.append(peer) }

    mutating func popFirst() -> PeerID? {
        guard head < peers.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > peers.count {
                peers.removeFirst(head)
                head = 0
            }
        }
        return peers[head]
    }
}
