package import Messaging
import Wire

/// Where a coordinator listens.
///
/// It is there before the study is opened, so that an address in use leaves no study behind.
package final class CoordinatorListener {
    let socket: Socket
    /// With the port that the system chose.
    package let endpoint: Endpoint

    /// Binds the socket; what comes waits until a coordinator runs.
    ///
    /// - Throws: ``ZMQError`` where the endpoint cannot be bound.
    package init(_ endpoint: Endpoint) throws(ZMQError) {
        var options = SocketOptions()
        options.largestFrame = maximumHeaderSize
        options.mostFrames = 3
        socket = try Socket(Context(), .router, options: options)
        self.endpoint = try socket.bind(endpoint)
    }
}
