/// Waits until `condition` holds, for what another thread or process does in its own time.
///
/// This is the only place in the tests that naps; a test never sleeps for a time that somebody guessed.
/// ```swift
/// try await eventually { try rowCount() == 10 } last: { try rowCount() }
/// ```
/// - Parameters:
///   - timeout: how long to wait before the wait has failed. A turn counts 50 ms at most: where other tests hold every
///     thread it comes seconds late, and tells nothing of what is waited for.
///   - condition: asked every few milliseconds.
///   - observation: what the error shows when the time is over.
/// - Throws: ``TimedOut``, or what the closures throw.
package func eventually<Observation>(
    timeout: Duration = .seconds(20),
    isolation: isolated (any Actor)? = #isolation,
    file: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool,
    last observation: () async throws -> Observation
) async throws {
    var waited = Duration.zero
    var turn = ContinuousClock.now
    while try await !condition() {
        guard waited < timeout else {
            throw TimedOut(place: "\(file):\(line)", timeout: timeout, observation: "\(try await observation())")
        }
        try await Task.sleep(for: .milliseconds(5))
        let now = ContinuousClock.now
        waited += min(now - turn, .milliseconds(50))
        turn = now
    }
}

/// A condition did not come true in time.
package struct TimedOut: Error, CustomStringConvertible {
    package let place: String
    package let timeout: Duration
    package let observation: String

    package var description: String {
        "\(place): nothing came within \(timeout); last seen: \(observation)"
    }
}
