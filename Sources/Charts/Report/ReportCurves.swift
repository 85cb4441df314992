internal import Experiments
internal import Studies
internal import Search

/// The winner's losses, and those of all seeds of its point.
struct ReportCurves {
    private let report: Report

    init(_ report: Report) { self.report = report }

    var sections: [Markup] {
        guard let winner = report.winner else { return [] }
        let label = report.comparison.arm(of: winner).map(report.comparison.words) ?? ""
        var figures = [
            Report.figure(id: "losses-winner") { canvas, id in
                LossChart(
                    title: "Trial \(winner.number): \(label)", runs: [LossRun(winner, train: report.train)],
                    canvas: canvas
                ).picture(id: id)
            }
        ]
        let point = report.state.trials.filter { $0.assignment == winner.assignment }
        if point.count > 1 {
            figures.append(Report.figure(id: "losses-point") { picture(of: point, id: $1, canvas: $0) })
        }
        return [.tag("section", [:], [.tag("h2", text: "The winner's curves")] + figures)]
    }

    /// The most points whose curves are written.
    static let mostPoints = 100

    /// One for each point, or for those with the best trials. In a study that was continued with another search space,
    /// points of one number get a second number.
    var figures: [(name: String, picture: Picture)] {
        var seen: [Int: Int] = [:]
        return shown.map { trials in
            let point = trials[0].point
            let count = seen[point, default: 0] + 1
            seen[point] = count
            let name = count > 1 ? "losses-\(point)-\(count)" : "losses-\(point)"
            return (name, picture(of: trials, id: name))
        }
    }

    private var shown: [[TrialState]] {
        let groups = Comparison.groups(report.state.trials)
        guard groups.count > Self.mostPoints else { return groups }
        var best: Set<Assignment> = []
        for entry in report.ranking.entries where best.count < Self.mostPoints {
            best.insert(report.state.trials[entry.index].assignment)
        }
        return groups.filter { best.contains($0[0].assignment) }
    }

    private func picture(of trials: [TrialState], id: String, canvas: Canvas = .wide) -> Picture {
        let label = report.comparison.arm(of: trials[0]).map(report.comparison.words) ?? ""
        // A waiting trial has no epochs, and the mean ends with the shortest run.
        let begun = trials.filter { !$0.history.isEmpty }
        return LossChart(
            title: "Point \(trials[0].point): \(label)", runs: begun.map { LossRun($0, train: report.train) },
            canvas: canvas
        ).picture(id: id)
    }
}
