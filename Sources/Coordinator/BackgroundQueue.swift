import CPosix
import Dispatch
import Experiments

/// A serial queue for what must not hold the coordinator up: where processors are scarce, its work waits for all else.
package struct BackgroundQueue: Sendable {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// - Parameter delay: what comes within it can be done together.
    package func async(after delay: Duration = .zero, _ body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.inSeconds) {
            // The thread stays so: what it may serve later is no more urgent.
            winnow_yield_to_others()
            body()
        }
    }

    /// Runs it now, as soon as what is before it is done, at the caller's own priority.
    package func sync(_ body: () -> Void) {
        queue.sync(execute: body)
    }
}
