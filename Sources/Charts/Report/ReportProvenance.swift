internal import Experiments
internal import Studies
internal import Foundation

/// The provenance of the numbers: the experiment, the program, the data, and the workers.
struct ReportProvenance {
    private let report: Report

    init(_ report: Report) { self.report = report }

    var sections: [Markup] {
        var facts: [(String, String)] = []
        if let created = report.state.created {
            facts = [
                ("program", created.program), ("created", Self.time(created.unix)),
                ("data, SHA-256", created.dataDigest),
            ]
        }
        let list = facts.flatMap { name, value in [Markup.tag("dt", text: name), .tag("dd", text: value)] }
        return [
            .tag(
                "section", [:],
                [.tag("h2", text: "Where the numbers come from"), .tag("dl", ["id": "provenance"], list)] + workers
                    + [
                        .tag("h3", text: "The experiment file"),
                        .tag("pre", ["id": "experiment"], text: report.experiment),
                        .tag(
                            "details", [:],
                            [
                                .tag("summary", text: "The same with every default filled in"),
                                .tag("pre", ["id": "resolved"], text: report.resolved),
                            ]),
                    ])
        ]
    }

    /// Workers with equal facts, such as those of one host, share a row.
    private var workers: [Markup] {
        guard !report.state.workers.isEmpty else { return [] }
        var table = ReportTable(
            id: "workers", columns: [.init("worker", isNumber: false), .init("what it ran on", isNumber: false)])
        let byFacts = Dictionary(grouping: report.state.workers.sorted { $0.key < $1.key }, by: \.value)
        for (facts, workers) in byFacts.sorted(by: { $0.value[0].key < $1.value[0].key }) {
            let words = facts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
            var names = workers.prefix(Self.mostNamed).map(\.key)
            if workers.count > names.count { names.append("and \(workers.count - names.count) further ones") }
            table.rows.append(.init(name: names.joined(separator: ", "), cells: [.text(words)]))
        }
        return [.tag("h3", text: "Workers"), table.markup]
    }

    /// The most workers that a row names.
    private static let mostNamed = 20

    private static func time(_ unix: Double) -> String {
        guard unix.isFinite, abs(unix) < 1e11 else { return "\(unix)" }
        return Date(timeIntervalSince1970: unix.rounded(.down)).formatted(.iso8601)
    }
}
