import Dispatch
package import Wire

/// Finding and fetching data sets, on a queue of its own: reading one may take minutes.
package final class DataStorage: Sendable {
    private let cache: DataCache
    private let queue = DispatchQueue(label: "winnow.data")
    private let answer: @Sendable (StorageEvent) -> Void

    package init(_ cache: DataCache, answer: @escaping @Sendable (StorageEvent) -> Void) {
        self.cache = cache
        self.answer = answer
    }

    package func find(_ assign: CoordinatorMessage.Assign) {
        attempt(assign.dataDigest) { [answer] cache throws(DataStoreError) in
            answer(.data(assign.id, try cache.find(assign)))
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
