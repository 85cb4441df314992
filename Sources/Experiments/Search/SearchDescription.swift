/// The `search` section: which points of the search space are tried, and with how many seeds each.
package struct SearchDescription: Hashable, Sendable {
    package enum Sampler: String, Hashable, Sendable, CaseIterable {
        /// Every combination of values, the last parameter varying fastest.
        case grid
        /// Independent draws.
        case random
        /// A scrambled Sobol sequence, which fills the space more evenly.
        case sobol
        /// The tree-structured Parzen estimator, which learns from the results so far.
        case tpe
    }

    package let sampler: Sampler
    /// Trials in all: points x seeds.
    package let trials: Int
    /// Trials that were asked for; more than ``trials`` where the space has not so many points.
    package let asked: Int
    /// Seeds per point; the first ones where ``seedRule`` may give it further ones.
    package let seeds: Int
    /// Nil gives all points the same seeds.
    package let seedRule: SeedRule?
    /// Nil trains every trial to its end.
    package let scheduler: SchedulerDescription?
    /// Nothing to search is one point, the experiment as it stands.
    package let space: SearchSpace
    /// Points that are tried before those of the sampler, whether they lie in the space or not.
    package let given: [Assignment]

    package var points: Int { trials / seeds }
    /// In the order of the file.
    package var parameters: [SearchParameter] { space.parameters }

    package init(
        sampler: Sampler, trials: Int, asked: Int? = nil, seeds: Int, seedRule: SeedRule? = nil,
        scheduler: SchedulerDescription? = nil,
        parameters: [SearchParameter], given: [Assignment] = []
    ) {
        self.sampler = sampler
        self.trials = trials
        self.asked = asked ?? trials
        self.seeds = seeds
        self.seedRule = seedRule
        self.scheduler = scheduler
        self.given = given
        space = SearchSpace(parameters)
    }
}

extension SearchDescription {
    private static let mostTrials = 1_000_000
    /// Dimensions for which there are direction numbers.
    package static let mostSobolParameters = 128

    /// The names of the parameters of the file's `search` section, before it is read.
    static func names(in root: Section) -> [String] {
        let search = root.peek("search")?.node
        var sections = [search?.child("parameters")]
        if case .list(let points) = search?.child("points")?.content { sections += points }
        var names: [String] = []
        for case .mapping(let entries) in sections.map({ $0?.content }) {
            names += entries.map(\.key).filter { !names.contains($0) }
        }
        return names
    }

    /// - Parameters:
    ///   - folds: into how many the data are dealt; each is a seed's.
    ///   - epochs: of the budget; nil where each trial of a program knows its own.
    init(reading section: Section, names: SearchParameter.Names, folds: Int?, epochs: Int?) throws(ExperimentError) {
        // Its place; what it is may follow from the parameters.
        section.note("sampler", ConfigNode(.null))
        let named: Sampler? = section.has("sampler") ? try section.choice("sampler") : nil
        let (seeds, seedRule) = try Self.seeds(section, folds: folds)
        let (parameters, resolved) = try Self.parameters(section, names, sampler: named)
        let space = SearchSpace(parameters)
        let given = try Self.points(section, names)
        let count = Self.pointCount(space, given)
        let sampler = named ?? Self.usualSampler(space, count: count, seeds: seeds, trials: section)
        _ = section.optional("sampler")
        section.note("sampler", ConfigNode(.string(sampler.rawValue)))
        guard sampler == .grid || !parameters.isEmpty else {
            throw section.error(at: "sampler", "\(sampler.rawValue) needs parameters to draw")
        }
        guard sampler != .sobol || parameters.count <= Self.mostSobolParameters else {
            throw section.error(
                at: "sampler",
                "sobol has \(Self.mostSobolParameters) dimensions, but there are \(parameters.count) parameters")
        }
        let (trials, most) = try Self.trials(
            section, of: count, given: given.count, sampler, isNamed: named != nil, seeds: seeds)
        let scheduler = try section.unlessNone("scheduler") { section throws(ExperimentError) in
            try SchedulerDescription(reading: section, epochs: epochs)
        }
        if seedRule != nil, scheduler != nil {
            throw section.error(
                at: "scheduler",
                "compares points that are cut short, and search.seeds whole ones: leave one of them out")
        }
        if !parameters.isEmpty { section.note("parameters", resolved) }
        if !given.isEmpty { section.note("points", Self.node(of: given)) }
        self.init(
            sampler: sampler, trials: min(trials, most), asked: trials, seeds: seeds, seedRule: seedRule,
            scheduler: scheduler, parameters: parameters, given: given)
    }

    // MARK: How many trials

    /// A number, or a mapping by which points have as many as it takes.
    private static func seeds(
        _ section: Section, folds: Int?
    ) throws(ExperimentError) -> (first: Int, rule: SeedRule?) {
        if case .mapping? = section.peek("seeds")?.node.content {
            let rule = try section.section("seeds") { section throws(ExperimentError) in
                try SeedRule(reading: section, folds: folds)
            }
            return (rule.min, rule)
        }
        let seeds = try section.int("seeds", in: 1...1000, default: folds ?? 1)
        if let folds, seeds % folds != 0 {
            throw section.error(
                at: "seeds",
                "each of the \(folds) folds of data.split is one seed's, so that there have to be \(folds) seeds, or a "
                    + "multiple")
        }
        return (seeds, nil)
    }

    /// How many points there are to try; nil where they cannot be counted, or are more than any machine counts.
    private static func pointCount(_ space: SearchSpace, _ given: [Assignment]) -> Int? {
        // Points that are given are the whole search where there is nothing else to search.
        if space.parameters.isEmpty, !given.isEmpty { return given.count }
        guard let count = space.count else { return nil }
        let (sum, overflows) = count.addingReportingOverflow(given.count { !space.contains($0) })
        return overflows ? nil : sum
    }

    /// The trials that are asked for, and how many there are at most.
    private static func trials(
        _ section: Section, of points: Int?, given: Int, _ sampler: Sampler, isNamed: Bool, seeds: Int
    ) throws(ExperimentError) -> (asked: Int, most: Int) {
        let largest = mostTrials / seeds
        if sampler == .grid, points ?? .max > largest {
            let (trials, overflows) = (points ?? .max).multipliedReportingOverflow(by: seeds)
            throw section.error(
                at: "parameters",
                "the grid has \(overflows ? "more than \(Int.max)" : "\(trials)") trials, but a study has at most "
                    + "\(mostTrials): give fewer values, or sampler: random and trials")
        }
        let most = min(points ?? .max, largest) * seeds
        let usual = sampler == .grid ? most : min(most, (20 + given) * seeds)
        let trials = try section.int("trials", in: 1...mostTrials, default: usual)
        guard trials <= most || !(isNamed && sampler == .grid) else {
            throw section.error(
                at: "trials", "the grid has only \(most) trials (\(most / seeds) points x \(seeds) seeds)")
        }
        guard trials % seeds == 0 else {
            let below = min(trials - trials % seeds, most)
            let nearest = (below > 0 ? [below] : []) + (below + seeds <= most ? [below + seeds] : [])
            throw section.error(
                at: "trials",
                "\(trials) trials are not a multiple of \(seeds) seeds; "
                    + "the nearest: \(nearest.map(String.init).joined(separator: " or "))")
        }
        guard trials >= given * seeds else {
            throw section.error(at: "trials", "\(given) points are given, which are \(given * seeds) trials already")
        }
        return (trials, most)
    }

    /// Grids that are the usual sampler have at most so many trials.
    private static let mostUsualTrials = 1000

    /// The sampler where none is named: the grid where all values can be listed and as many trials as it has are asked
    /// for, without a scale to draw by; otherwise random, which takes all points where more are asked for.
    private static func usualSampler(
        _ space: SearchSpace, count: Int?, seeds: Int, trials section: Section
    ) -> Sampler {
        guard !space.parameters.isEmpty else { return .grid }
        let draws = space.parameters.contains { parameter in
            if case .integer(_, _, .log, _) = parameter.domain { true } else { false }
        }
        guard !draws, let points = count, points <= mostUsualTrials / seeds else { return .random }
        let asked = section.peek("trials").flatMap { try? $0.int(in: 1...Self.mostTrials) }
        return asked.map { $0 != points * seeds } ?? false ? .random : .grid
    }

    // MARK: What is tried

    private static func parameters(
        _ section: Section, _ names: SearchParameter.Names, sampler: Sampler?
    ) throws(ExperimentError) -> (parameters: [SearchParameter], resolved: ConfigNode) {
        guard let value = section.optional("parameters") else { return ([], ConfigNode(.mapping([]))) }
        let members = try value.members()
        guard !members.isEmpty else {
            throw value.error("the search space is empty; leave the key out to train one point")
        }
        var parameters: [SearchParameter] = []
        var resolved: [ConfigNode.Entry] = []
        for (name, place, value) in members {
            var domain = value
            domain.node.place = place
            let (parameter, note) = try domain.section { section throws(ExperimentError) in
                try SearchParameter(reading: section, path: name, names, sampler: sampler, after: parameters)
            }
            parameters.append(parameter)
            resolved.append(.init(key: name, value: note))
            let element = Assignment.Element(path: name, value: parameter.domain.samples[0])
            guard SearchSpace(parameters).sample([element]) != nil else {
                throw domain.error("never takes part: its conditions cannot hold together")
            }
        }
        return (parameters, ConfigNode(.mapping(resolved)))
    }

    /// Points that are given, each a mapping from paths to values.
    private static func points(
        _ section: Section, _ names: SearchParameter.Names
    ) throws(ExperimentError) -> [Assignment] {
        var points: [Assignment] = []
        var known: Set<PointSettings> = []
        for value in try section.optional("points")?.elements() ?? [] {
            var elements: [Assignment.Element] = []
            for (name, place, value) in try value.members("a mapping from paths to values") {
                var named = value
                named.node.place = place
                try names.check(name) { named.error($0) }
                let given = try ParameterValue(reading: value)
                try names.check(given, of: name) { value.error($0) }
                elements.append(.init(path: name, value: given))
            }
            let point = Assignment(elements)
            guard known.insert(PointSettings(point)).inserted else { throw value.error("the point is given twice") }
            points.append(point)
        }
        return points
    }

    private static func node(of points: [Assignment]) -> ConfigNode {
        ConfigNode(
            .list(
                points.map { point in
                    ConfigNode(
                        .mapping(point.elements.map { .init(key: $0.path, place: nil, value: $0.value.node) }))
                }))
    }
}
