import Dispatch
import Experiments
package import Schema
package import Studies
import Synchronization

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
    private let waiting = Mutex<[EncodedRow]>([])
    private let answer: @Sendable (StorageEvent) -> Void

    package init(_ spool: Spool, answer: @escaping @Sendable (StorageEvent) -> Void) {
        self.spool = spool
        state = State(spool)
        self.answer = answer
    }

    package func keep(_ row: EncodedRow) {
        let isFirst = waiting.withLock { rows in
            rows.append(row)
            return rows.count == 1
        }
        // Those that come before the queue gets to it are written with it.
        if isFirst { queue.async { self.writeWaiting() } }
    }

    private func writeWaiting() {
        let rows = waiting.withLock { rows in
            defer { rows.removeAll(keepingCapacity: true) }
            return rows
        }
        for (id, rows) in Dictionary(grouping: rows, by: \.row.id) {
            do throws(SpoolError) {
                try state.rows.keep(rows, of: id)
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

/// Finding and fetching data sets, on a queue of its own: reading one may take minutes.
package final class DataStorage: Sendable {
    private let cache: DataCache
    private let experiments: ExperimentCache
    private let queue = DispatchQueue(label: "winnow.data")
    private let answer: @Sendable (StorageEvent) -> Void

    package init(
        _ cache: DataCache, _ experiments: ExperimentCache, answer: @escaping @Sendable (StorageEvent) -> Void
    ) {
        self.cache = cache
        self.experiments = experiments
        self.answer = answer
    }

    package func read(_ experiment: CoordinatorMessage.StudyExperiment) {
        queue.async { [experiments, answer] in
            do throws(ExperimentError) {
                try experiments.read(experiment)
                answer(.experiment(experiment.digest, mistake: nil))
            } catch {
                answer(.experiment(experiment.digest, mistake: "\(error)"))
            }
        }
    }

    package func find(_ assign: CoordinatorMessage.Assign) {
        attempt(assign.dataDigest) { [answer, experiments] cache throws(DataStoreError) in
            // What is wrong with it is the trial's end, not the data's.
            guard let file = try? experiments.file(of: assign) else { return answer(.data(assign.id, .here)) }
            answer(.data(assign.id, try cache.find(file.experiment, digest: assign.dataDigest)))
        }
    }

    package func begin(_ list: CoordinatorMessage.DataFiles) {
        attempt(list.data) { [answer] cache throws(DataStoreError) in
            answer(.dataBegun(list.data, try cache.begin(list)))
        }
    }

    package func keep(_ chunk: CoordinatorMessage.DataChunk, _ bytes: [UInt8]) {
        attempt(chunk.data) { [answer] cache throws(DataStoreError) in
            guard let isWhole = try cache.store?.keep(chunk, bytes) else { return }
            answer(.dataFile(chunk.data, path: chunk.path, isWhole: isWhole))
        }
    }

    package func finish(_ digest: String) {
        attempt(digest) { [answer] cache throws(DataStoreError) in
            try cache.finish(digest)
            answer(.dataFinished(digest))
        }
    }

    package func leave(_ digest: String) {
        attempt(digest) { cache throws(DataStoreError) in cache.store?.leave(digest) }
    }

    private func attempt(
        _ digest: String, _ body: @escaping @Sendable (DataCache) throws(DataStoreError) -> Void
    ) {
        queue.async { [cache, answer] in
            do throws(DataStoreError) {
                try body(cache)
            } catch {
                answer(.dataFailed(digest, reason: error.description))
            }
        }
    }
}
