package import Experiments
package import Studies
package import Search
package import StudyStore

/// A study as one HTML page: the winner and whether it is more than noise, the trials, the winner's curves, confusion
/// matrices and reliability, and the provenance.
///
/// It is made from the study's state alone, finished or not. Each section is a type of its own.
package struct Report: Sendable {
    package let name: String
    /// The experiment file as it was written.
    let experiment: String
    /// The same with every default filled in.
    let resolved: String
    let train: TrainDescription
    let terms: StudyTerms
    let state: StudyState
    package let comparison: Comparison
    package let winner: TrialState?
    let ranking: TrialRanking
    /// The keys that any trial sets, in order of appearance, and whether all their values are numbers.
    let paths: [(name: String, isNumber: Bool)]
    /// All test metrics of the trials, sorted.
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
        var indices: [String: Int] = [:]
        var paths: [(name: String, isNumber: Bool)] = []
        for element in trials.lazy.flatMap(\.assignment.elements) {
            let index = indices[element.path] ?? paths.count
            if index == paths.count {
                indices[element.path] = index
                paths.append((element.path, true))
            }
            if element.value.number == nil { paths[index].isNumber = false }
        }
        return paths
    }

    /// - Throws: if the study's own experiment file is damaged.
    package init(_ reader: StudyReader) throws(ExperimentError) {
        let file = try ExperimentFile(text: reader.resolved, name: reader.folder.resolvedPath)
        let folder = reader.folder.path.split(separator: "/").last.map(String.init) ?? "study"
        self.init(
            name: file.experiment.name ?? folder, experiment: reader.experiment, resolved: reader.resolved,
            train: file.experiment.train, terms: StudyTerms(file.experiment), state: reader.state)
    }

    /// The page: HTML without other files, network access or scripts.
    package var page: String {
        let sections =
            [heading] + ReportVerdict(self).sections + ReportTrials(self).sections + ReportCurves(self).sections
            + ReportConfusion(self).sections + ReportReliability(self).sections + ReportProvenance(self).sections
            + ReportData(self).sections
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

    /// A figure for both canvases; the page shows the one that fits.
    static func figure(id: String, _ picture: (Canvas, _ id: String) -> Picture) -> Markup {
        let wide: Markup = .tag("div", ["class": "on-wide"], [picture(.wide, id).markup])
        let narrow: Markup = .tag("div", ["class": "on-narrow"], [picture(.narrow, "\(id)-narrow").markup])
        return .tag("figure", [:], [wide, narrow])
    }

    /// Every figure, by the name of its file without the extension.
    package var figures: [(name: String, picture: Picture)] {
        [("comparison", ReportVerdict(self).picture)] + ReportCurves(self).figures + ReportConfusion(self).figures
            + ReportReliability(self).figures
    }

    /// The number of points whose curves are left out of the figures.
    package var pointsWithoutFigure: Int { max(0, comparison.arms.count - ReportCurves.mostPoints) }

    private var heading: Markup {
        let count = state.trials.count
        let (failed, running) = (state.counts.failed, state.counts.running)
        let over = state.counts.over
        var words = over == count ? "finished" : "not finished: \(over) of \(count) trials are over, \(running) running"
        if count == 0 { words = "no trial yet" }
        var line = "\(Numeral.count(count, "trial")) of \(Numeral.count(comparison.arms.count, "point")); \(words)"
        if failed > 0 { line += "; \(failed) failed" }
        return .tag("header", [:], [.tag("h1", text: name), .tag("p", ["class": "state"], text: line)])
    }
}

/// The page's one style sheet: light and dark, screen and paper.
enum ReportStyle {
    /// Without ">" and "&", which HTML and XML escape differently.
    static let sheet = """

        :root { --ink: #1a1a1a; --quiet: #595959; --paper: #ffffff; --line: #dddddd; --mark: #fff6d6; --code: #f5f5f5; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --ink: #ededed; --quiet: #b0b0b0; --paper: #161616; --line: #3a3a3a; --mark: #3a3212; --code: #222222; }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
          font-family: system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; }
        main { max-width: 74rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
        h1 { margin: 1rem 0 0; font-size: 1.9rem; } h2 { margin: 2.5rem 0 0.5rem; font-size: 1.35rem; }
        h3 { margin: 1.5rem 0 0.25rem; font-size: 1.05rem; }
        .state, .quiet, figcaption, dt { color: var(--quiet); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.3rem 0.55rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { border-bottom: 2px solid var(--quiet); vertical-align: bottom; }
        .n { text-align: right; white-space: nowrap; }
        thead .n { white-space: normal; } .part { white-space: nowrap; } .long { display: inline-block; min-width: 14rem; overflow-wrap: anywhere; }
        tr.selected { background: var(--mark); font-weight: 600; }
        tfoot th, tfoot td { border-top: 1px solid var(--quiet); }
        .on-narrow { display: none; } figure { margin: 1rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
        .pair { display: flex; flex-wrap: wrap; gap: 0 3rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.5rem; } dd { margin: 0; }
        dd, .facts { overflow-wrap: anywhere; }
        pre { background: var(--code); padding: 0.8rem 1rem; overflow-x: auto; font-size: 0.85rem; line-height: 1.4; }
        summary { cursor: pointer; }
        @media screen and (max-width: 40rem) {
          main { padding: 0.5rem 1rem 3rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; } ul { padding-left: 1.2rem; }
          table { font-size: 0.85rem; } th, td { padding: 0.25rem 0.4rem; } figure svg { max-width: none; }
          .on-wide { display: none; } .on-narrow { display: block; }
          .wide th:first-child { position: sticky; left: 0; background: var(--paper); }
          .wide .selected th:first-child { background: var(--mark); }
          dl { display: block; } dd { margin: 0 0 0.5rem; }
        }
        @media print {
          main { max-width: none; padding: 0; } body { font-size: 10pt; } .wide { overflow: visible; }
          table { font-size: 7.5pt; } th, td { padding: 0.15rem 0.35rem; }
          figure, tr, li { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; }
          pre { white-space: pre-wrap; border: 1px solid var(--line); } tr.selected { outline: 1px solid var(--quiet); }
          * { print-color-adjust: exact; }
        }
        \(Ink.style)

        """
}
