import Synchronization

/// How many threads are in a slot.
final class ThreadCount: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .acquiring) }

    func enter() { value.add(1, ordering: .acquiringAndReleasing) }
    func leave() { value.subtract(1, ordering: .acquiringAndReleasing) }
}
