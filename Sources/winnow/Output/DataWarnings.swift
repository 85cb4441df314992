/// What looks like a mistake in the data, as a command that reads them tells it.
enum DataWarnings {
    static func show(_ warnings: [String]) {
        for warning in warnings { Terminal.errors.line("warning: \(warning)") }
    }
}
