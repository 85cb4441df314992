extension Duration {
    /// The whole milliseconds that libzmq takes: rounded up, so that a short wait never becomes a busy loop, and
    /// within 0...Int32.max.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int32.max }
        let rounded = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(0, rounded))
    }
}
