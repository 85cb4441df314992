/// An axis as the picture shows it: what value lies at which coordinate, read off two of its marks.
struct ParsedAxis {
    private let first: (place: Double, value: Double)
    private let last: (place: Double, value: Double)

    /// - Parameters:
    ///   - ticks: the marks' labels, in order.
    ///   - attribute: the coordinate along the axis.
    ///   - offset: of a label from its mark.
    init(_ ticks: [ParsedXML], _ attribute: String, offset: Double = 0, transform: (Double) -> Double = { $0 }) {
        func mark(_ tick: ParsedXML?) -> (Double, Double) {
            ((tick?.number(attribute) ?? .nan) + offset, transform(Double(tick?.text ?? "") ?? .nan))
        }
        first = mark(ticks.first)
        last = mark(ticks.last)
    }

    func value(_ place: Double) -> Double {
        first.value + (place - first.place) / (last.place - first.place) * (last.value - first.value)
    }
}
