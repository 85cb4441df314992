package import Wire

/// The way to the workers. What cannot be sent is lost, and is nobody's fault: whoever misses it asks again.
package protocol CoordinatorLink {
    mutating func send(_ message: CoordinatorMessage, bytes: [UInt8], to peer: PeerID)
}
