internal import Experiments
internal import Studies

/// How sure the winner is and how often right, as a diagram and a table for each part.
struct ReportReliability {
    /// In the order in which they are shown.
    private let tables: [(part: String, reliability: Reliability)]
    private let report: Report

    init(_ report: Report) {
        self.report = report
        let reliability = report.winner?.outcome?.reliability ?? [:]
        tables = ["validation", "test"].compactMap { part in reliability[part].map { (part, $0) } }
    }

    var sections: [Markup] {
        guard !tables.isEmpty, let winner = report.winner else { return [] }
        let parts = tables.flatMap { part, reliability -> [Markup] in
            let figure = Report.figure(id: "reliability-\(part)") { picture(part, reliability, id: $1, canvas: $0) }
            return [
                .tag("h3", text: "On the \(part) part"),
                .tag("div", ["class": "pair"], [figure, Self.table(part, reliability).markup]),
            ]
        }
        return [.tag("section", [:], [.tag("h2", text: "The winner's reliability (trial \(winner.number))")] + parts)]
    }

    /// `reliability` is the test part's if there is one.
    var figures: [(name: String, picture: Picture)] {
        tables.map { part, reliability in
            let name = part == tables.last?.part ? "reliability" : "reliability-\(part)"
            return (name, picture(part, reliability, id: name))
        }
    }

    private func picture(
        _ part: String, _ reliability: Reliability, id: String, canvas: Canvas = .wide
    ) -> Picture {
        let samples = Numeral.count(reliability.sampleCount, "sample")
        let title = canvas == .wide ? "Reliability on \(part), \(samples)" : "\(part), \(samples)"
        return ReliabilityChart(title: title, reliability: reliability, canvas: canvas).picture(id: id)
    }

    /// The bins that have samples.
    private static func table(_ part: String, _ reliability: Reliability) -> ReportTable {
        var table = ReportTable(
            id: "bins-\(part)",
            columns: [
                .init("confidence", isNumber: false), .init("samples"), .init("mean confidence"), .init("right"),
            ])
        table.rows = reliability.bins.enumerated().filter { $0.element.count > 0 }.map { index, bin in
            .init(
                name: Numeral.edges(reliability.range(index)),
                cells: [.whole(bin.count), .number(bin.meanConfidence), .number(bin.accuracy)])
        }
        table.footer = [
            .init(
                name: "all",
                cells: [
                    .whole(reliability.sampleCount), .number(reliability.meanConfidence), .number(reliability.accuracy),
                ])
        ]
        return table
    }
}
