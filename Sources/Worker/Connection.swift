import Messaging

/// The socket to the coordinator, and what waits to be sent while nobody is connected or the queue is full.
struct Connection {
    let socket: Socket
    private var waiting: [[[UInt8]]] = []

    init(_ context: Context, _ endpoint: Endpoint) throws(ZMQError) {
        socket = try Socket(context, .dealer)
        try socket.connect(endpoint)
    }

    var isBlocked: Bool { !waiting.isEmpty }

    mutating func send(_ frames: [[UInt8]]) throws(ZMQError) {
        guard waiting.isEmpty, try socket.send(frames) == .sent else {
            waiting.append(frames)
            return
        }
    }

    /// Sends what waits, in order, as far as that goes now.
    mutating func flush() throws(ZMQError) {
        var sent = 0
        while sent < waiting.count, try socket.send(waiting[sent]) == .sent {
            sent += 1
        }
        waiting.removeFirst(sent)
    }

    /// Gives the last words a second to leave.
    func close() throws(ZMQError) {
        try socket.setLinger(.seconds(1))
    }
}
