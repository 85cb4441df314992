package import Experiments
package import Search
package import StudyStore

/// A study as one page for people: what won and whether that is more than noise, every trial, the winner's curves, its
/// confusion matrices, and where the numbers come from.
///
/// It is made from the study's state alone, finished or not. The parts of the page are types of their own, so that
/// others can be set beside them.
package struct Report: Sendable {
    package let name: String
    /// The experiment file as it was given.
    let experiment: String
    /// The same with every default filled in.
    let resolved: String
    let train: TrainDescription
    let terms: StudyTerms
    let state: StudyState
    package let comparison: Comparison
    package let winner: TrialState?
    let ranking: TrialRanking
    /// The keys that any trial sets, in the order in which trials name them, and whether all their values are numbers.
    let paths: [(name: String, isNumber: Bool)]
    /// All that any trial has, sorted.
    let testMetrics: [String]

    package init(
        name: String, experiment: String, resolved: String, train: TrainDescription, terms: StudyTerms,
        state: StudyState
    ) {
        self.name = name
        self.experiment = experiment
        self.resolved = resolved
        self.train = train
        self.terms = terms
        self.state = state
        comparison = Comparison(usual: state, terms: terms)
        winner = state.winner(terms)
        ranking = TrialRanking(state.trials, terms)
        paths = Report.paths(of: state.trials)
        testMetrics = state.trials.reduce(into: Set<String>()) { names, trial in
            if let outcome = trial.outcome { names.formUnion(outcome.testMetrics.keys) }
        }.sorted()
    }

    private static func paths(of trials: [TrialState]) -> [(name: String, isNumber: Bool)] {
        var places: [String: Int] = [:]
        var paths: [(name: String, isNumber: Bool)] = []
        for element in trials.lazy.flatMap(\.assignment.elements) {
            let place = places[element.path] ?? paths.count
            if place == paths.count {
                places[element.path] = place
                paths.append((element.path, true))
            }
            if element.value.number == nil { paths[place].isNumber = false }
        }
        return paths
    }

    /// - Throws: where the study's own experiment file is damaged.
    package init(_ reader: StudyReader) throws(ExperimentError) {
        let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
        let folder = reader.folder.path.split(separator: "/").last.map(String.init) ?? "study"
        self.init(
            name: file.experiment.name ?? folder, experiment: reader.experiment, resolved: reader.resolved,
            train: file.experiment.train, terms: StudyTerms(file.experiment), state: reader.state)
    }

    /// The page: HTML that needs no other file, no network and no script.
    package var page: String {
        var sections = [heading]
        sections += ReportVerdict(self).sections
        sections += ReportTrials(self).sections
        sections += ReportCurves(self).sections
        sections += ReportConfusion(self).sections
        sections += ReportProvenance(self).sections
        sections += ReportData(self).sections
        let body: Markup = .tag("body", [:], [.tag("main", [:], sections)])
        let head: Markup = .tag(
            "head", [:],
            [
                .tag("meta", ["charset": "utf-8"]),
                .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                .tag("meta", ["name": "color-scheme", "content": "light dark"]),
                .tag(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'",
                    ]),
                .tag("title", text: "\(name) – Winnow"),
                .tag("style", text: ReportStyle.sheet),
            ])
        return "<!DOCTYPE html>\n" + Markup.tag("html", ["lang": "en"], [head, body]).source + "\n"
    }

    /// A picture in both shapes, of which a page shows the one that fits.
    static func figure(id: String, _ picture: (Canvas, _ id: String) -> Picture) -> Markup {
        let wide: Markup = .tag("div", ["class": "on-wide"], [picture(.wide, id).markup])
        let narrow: Markup = .tag("div", ["class": "on-narrow"], [picture(.narrow, "\(id)-narrow").markup])
        return .tag("figure", [:], [wide, narrow])
    }

    /// Every picture, by the name of its file without the ending.
    package var figures: [(name: String, picture: Picture)] {
        [("comparison", ReportVerdict(self).picture)] + ReportCurves(self).figures + ReportConfusion(self).figures
    }

    /// Points whose curves are not among the pictures, since there are so many of them.
    package var pointsWithoutFigure: Int { max(0, comparison.arms.count - ReportCurves.mostPoints) }

    private var heading: Markup {
        let count = state.trials.count
        let (failed, running) = (state.count(.failed), state.count(.running))
        let over = state.count(.completed) + failed
        var words = over == count ? "finished" : "not finished: \(over) of \(count) trials are over, \(running) running"
        if count == 0 { words = "no trial yet" }
        var line = "\(Numeral.count(count, "trial")) of \(Numeral.count(comparison.arms.count, "point")); \(words)"
        if failed > 0 { line += "; \(failed) failed" }
        return .tag(
            "header", [:],
            [
                .tag("h1", text: name),
                .tag("p", ["class": "state"], text: line),
            ])
    }
}
