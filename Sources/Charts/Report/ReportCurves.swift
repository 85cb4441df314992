internal import Experiments
internal import Search

/// The winner's losses, and those of all seeds of its point.
struct ReportCurves {
    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    var sections: [Markup] {
        guard let winner = report.winner else { return [] }
        let label = report.comparison.arm(of: winner).map(report.comparison.words) ?? ""
        var figures = [
            LossChart(title: "Trial \(winner.number): \(label)", runs: [LossRun(winner, train: report.train)])
                .picture(id: "losses-winner")
        ]
        let point = Comparison.groups(report.state.trials).first { $0.first?.assignment == winner.assignment } ?? []
        if point.count > 1 { figures.append(picture(of: point, id: "losses-point")) }
        return [
            .tag(
                "section", [:],
                [.tag("h2", text: "The winner's curves")] + figures.map { .tag("figure", [:], [$0.markup]) })
        ]
    }

    /// One for each point; points of one number, in a study that was continued with another search space, are told
    /// apart by a second number.
    var figures: [(name: String, picture: Picture)] {
        var seen: [Int: Int] = [:]
        return Comparison.groups(report.state.trials).map { trials in
            let point = trials[0].point
            let count = seen[point, default: 0] + 1
            seen[point] = count
            let name = count > 1 ? "losses-\(point)-\(count)" : "losses-\(point)"
            return (name, picture(of: trials, id: name))
        }
    }

    private func picture(of trials: [TrialState], id: String) -> Picture {
        let label = report.comparison.arm(of: trials[0]).map(report.comparison.words) ?? ""
        // A trial that waits has nothing to draw, and would cut the mean to nothing.
        let begun = trials.filter { !$0.history.isEmpty }
        return LossChart(
            title: "Point \(trials[0].point): \(label)", runs: begun.map { LossRun($0, train: report.train) }
        ).picture(id: id)
    }
}
