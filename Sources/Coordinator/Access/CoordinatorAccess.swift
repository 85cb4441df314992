package import Messaging

/// Who may connect to a coordinator.
package enum CoordinatorAccess: Sendable {
    /// Everybody who reaches its address, in clear: for a private folder's socket and this machine's own programs.
    case open
    /// Who has the secret half of a key that the ring holds; workers know the coordinator by the pair's public half.
    case keys(CURVEKeyPair, KeyRing)
}
