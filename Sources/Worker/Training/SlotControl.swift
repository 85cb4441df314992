import Synchronization

/// What a running attempt has been told: read by its thread before every step, written by the network's.
package final class SlotControl: Sendable {
    package enum Order: Int {
        case train, pause, abandon
    }

    private let value = Atomic<Int>(Order.train.rawValue)

    package init() {}

    package var order: Order { Order(rawValue: value.load(ordering: .relaxed))! }

    package func give(_ order: Order) {
        value.store(order.rawValue, ordering: .relaxed)
    }
}
