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
    /// Seeds per point.
    package let seeds: Int
    /// Nil trains every trial to its end.
    package let scheduler: SchedulerDescription?
    /// In the order of the file; none is one point, the experiment as it stands.
    package let parameters: [SearchParameter]

    package var points: Int { trials / seeds }

    package init(
        sampler: Sampler, trials: Int, asked: Int? = nil, seeds: Int, scheduler: SchedulerDescription? = nil,
        parameters: [SearchParameter]
    ) {
        self.sampler = sampler
        self.trials = trials
        self.asked = asked ?? trials
        self.seeds = seeds
        self.scheduler = scheduler
        self.parameters = parameters
    }
}

extension SearchDescription {
    private static let mostTrials = 1_000_000
    /// Dimensions for which there are direction numbers.
    package static let mostSobolParameters = 128

    /// The names of the parameters of the file's `search` section, before it is read.
    static func names(in root: Section) -> [String] {
        guard case .mapping(let entries) = root.peek("search")?.node.child("parameters")?.content else { return [] }
        return entries.map(\.key)
    }

    /// - Parameters:
    ///   - folds: into how many the data are dealt; each is a seed's.
    ///   - epochs: of the budget; nil where each trial of a program knows its own.
    init(reading section: Section, names: SearchParameter.Names, folds: Int?, epochs: Int?) throws(ExperimentError) {
        // Its place; what it is may follow from the parameters.
        section.note("sampler", ConfigNode(.null))
        let named: Sampler? = section.has("sampler") ? try section.choice("sampler") : nil
        let seeds = try section.int("seeds", in: 1...1000, default: folds ?? 1)
        if let folds, seeds % folds != 0 {
            throw section.error(
                at: "seeds",
                "each of the \(folds) folds of data.split is one seed's, so that there have to be \(folds) seeds, or a "
                    + "multiple")
        }
        let (parameters, resolved) = try Self.parameters(section, names, sampler: named)
        let sampler = named ?? Self.usualSampler(parameters, seeds: seeds, trials: section)
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
        let most =
            sampler == .grid
            ? try Self.gridTrials(parameters, seeds: seeds, section)
            : min(Self.pointCount(parameters) ?? .max, Self.mostTrials / seeds) * seeds
        let usual = sampler == .grid ? most : min(most, 20 * seeds)
        let trials = try section.int("trials", in: 1...Self.mostTrials, default: usual)
        guard trials <= most || named != .grid else {
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
        let scheduler = try section.unlessNone("scheduler") { section throws(ExperimentError) in
            try SchedulerDescription(reading: section, epochs: epochs)
        }
        if !parameters.isEmpty { section.note("parameters", resolved) }
        self.init(
            sampler: sampler, trials: min(trials, most), asked: trials, seeds: seeds, scheduler: scheduler,
            parameters: parameters)
    }

    /// Grids that are the usual sampler have at most so many trials.
    private static let mostUsualTrials = 1000

    /// The sampler where none is named: the grid where all values can be listed and as many trials as it has are asked
    /// for, without a scale to draw by; otherwise random, which takes all points where more are asked for.
    private static func usualSampler(_ parameters: [SearchParameter], seeds: Int, trials section: Section) -> Sampler {
        guard !parameters.isEmpty else { return .grid }
        let draws = parameters.contains { parameter in
            if case .integer(_, _, .log) = parameter.domain { true } else { false }
        }
        guard !draws, let points = pointCount(parameters), points <= mostUsualTrials / seeds else { return .random }
        let asked = section.peek("trials").flatMap { try? $0.int(in: 1...Self.mostTrials) }
        return asked.map { $0 != points * seeds } ?? false ? .random : .grid
    }

    /// How many points a space has; nil where they cannot be counted, or are more than any machine counts.
    private static func pointCount(_ parameters: [SearchParameter]) -> Int? {
        var points = 1
        for parameter in parameters {
            guard let count = parameter.domain.count else { return nil }
            let (product, overflows) = points.multipliedReportingOverflow(by: count)
            if overflows { return nil }
            points = product
        }
        return points
    }

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
                try SearchParameter(reading: section, path: name, names, sampler: sampler)
            }
            parameters.append(parameter)
            resolved.append(.init(key: name, value: note))
        }
        return (parameters, ConfigNode(.mapping(resolved)))
    }

    /// Combinations x seeds. Every parameter can be counted: one that cannot was refused when it was read.
    private static func gridTrials(
        _ parameters: [SearchParameter], seeds: Int, _ section: Section
    ) throws(ExperimentError) -> Int {
        var points = 1
        for count in parameters.compactMap(\.domain.count) {
            points *= count
            guard points * seeds <= mostTrials else {
                throw section.error(at: "parameters", "the grid has more than \(mostTrials) trials")
            }
        }
        return points * seeds
    }
}
