/// Why a coordinator that is there does not talk to this worker.
package enum ConnectionTrouble: Hashable, Sendable {
    /// It does not know this worker's key, or does not any more.
    case notAuthorized
    /// One side has keys, and the other has none.
    case otherMechanism
    /// The handshake broke off: it has not the key that it is thought to have, or is no coordinator.
    case handshakeFailed
}
