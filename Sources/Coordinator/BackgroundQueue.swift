import CPosix
import Dispatch
import Experiments

/// A serial queue for what must not hold the coordinator up: where processors are scarce, its work waits for all else.
package struct BackgroundQueue: Sendable {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs it after all that was handed in before.
    package func async(_ body: @escaping @Sendable () -> Void) {
        queue.async { Self.run(body) }
    }

    /// Runs it when the time is over, whatever is handed in meanwhile.
    package func async(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.inSeconds) { Self.run(body) }
    }

    private static func run(_ body: () -> Void) {
        // The thread stays so: what it may serve later is no more urgent.
        winnow_yield_to_others()
        body()
    }

    /// Runs it now, as soon as what is before it is done, at the caller's own priority.
    package func sync(_ body: () -> Void) {
        queue.sync(execute: body)
    }
}
