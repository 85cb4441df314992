internal import Architecture

extension PlacedModel {
    /// The elements with their indices, in the order in which they are computed.
    ///
    /// A ReLU before a max-pooling is computed after it, on a fraction of the values. Nothing changes: ReLU keeps the
    /// order of positive values, so the maximum is the same one, and where no value of a window is positive the
    /// gradient is zero either way.
    func executionOrder() -> [(index: Int, element: Element)] {
        var order = elements.enumerated().map { (index: $0.offset, element: $0.element) }
        for place in order.indices.dropLast() {
            if case .relu = order[place].element.layer, case .maxPool2d = order[place + 1].element.layer {
                order.swapAt(place, place + 1)
            }
        }
        return order
    }
}
