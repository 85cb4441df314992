extension Duration {
    /// The duration as a number of seconds, for files and messages.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
