import Dispatch
package import Schema
package import Studies

/// The rows in the spool, on a queue of its own: the network's thread never waits for a disk.
package final class RowStorage: Sendable {
    /// Touched by the queue alone.
    private final class State: @unchecked Sendable {
        var rows: RowSpool

        init(_ spool: Spool) {
            rows = RowSpool(spool)
        }
    }

    private let spool: Spool
    private let state: State
    private let queue = DispatchQueue(label: "winnow.rows")
    private let answer: @Sendable (StorageEvent) -> Void

    package init(_ spool: Spool, answer: @escaping @Sendable (StorageEvent) -> Void) {
        self.spool = spool
        state = State(spool)
        self.answer = answer
    }

    package func keep(_ row: EncodedRow) {
        queue.async { [spool, state] in
            do throws(SpoolError) {
                try state.rows.keep(row)
            } catch {
                spool.inTrouble(error)
            }
        }
    }

    package func read(_ id: AttemptID, _ epochs: ClosedRange<Int>) {
        queue.async { [state, answer] in answer(.rows(id, state.rows.rows(of: id, epochs))) }
    }

    package func drop(_ id: AttemptID, through epoch: Int) {
        queue.async { [state] in state.rows.drop(id, through: epoch) }
    }

    /// Returns when all that was asked for has been done.
    package func drain() { queue.sync {} }
}
