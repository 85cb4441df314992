import Experiments
package import Studies
internal import HDF5

/// `study.h5`: the study's state as columns, for those who analyse it. `Docs/formats.md` lists them.
///
/// It is a view that can be made anew from the journal at any time; ``AtomicFile`` puts it in place.
package enum StudyFile {
    static let format = "winnow-study"
    static let version: Int32 = 1

    /// The bytes of the file.
    ///
    /// - Parameters:
    ///   - state: all that has happened.
    ///   - terms: which epoch of a trial counts, which trials are compared, and so which point wins.
    ///   - provenance: what was asked for, and what computed it.
    /// - Throws: ``StudyStoreError`` with `.hdf5`, or `.unencodable` where a number is beyond the format.
    package static func encode(
        state: StudyState, terms: StudyTerms, provenance: Provenance
    ) throws(StudyStoreError) -> [UInt8] {
        try StudyStoreError.unify {
            let file = try File.createInMemory()
            let ranking = state.ranking(terms)
            let winner = ranking.winner
            try file.root.setAttribute("format", format)
            try file.root.setAttribute("version", version)
            try file.root.setAttribute("monitor", terms.rule.monitor)
            try file.root.setAttribute("goal", terms.rule.goal.rawValue)
            try file.root.setAttribute("epochs", (terms.epochs ?? 0).asInt32())
            try file.root.setAttribute("selected_trial", (winner?.best ?? -1).asInt32())
            try file.root.setAttribute("selected_point", (winner?.point ?? -1).asInt32())
            try file.root.setAttribute("selected_point_mean", winner?.mean ?? .nan)
            try file.root.setAttribute("selected_point_count", (winner?.count ?? 0).asInt32())
            try TrialColumns(state.trials, terms: terms, winner: winner?.best).write(to: file.root)
            try writeHistory(state.trials, to: file.root)
            try ConfusionArrays(state.trials)?.write(to: file.root)
            try ReliabilityArrays(state.trials)?.write(to: file.root)
            try provenance.write(to: file.root, created: state.created)
            return try file.image()
        }
    }

    /// The current rows of all trials, in tidy form, sorted by trial and epoch.
    private static func writeHistory(_ trials: [TrialState], to root: Group) throws {
        let rows = trials.flatMap(\.history)
        let table = try Table(in: root, named: "history", scale: "row", rows.indices.map { try $0.asInt32() })
        try table.add("trial_id", rows.map { try $0.id.trial.asInt32() })
        let columns = try HistoryColumns(rows)
        try table.add(HistoryColumns.epoch, columns.epochs)
        try columns.add(to: table)
    }
}

extension Provenance {
    fileprivate func write(to root: Group, created: JournalRecord.StudyCreated?) throws {
        let group = try root.create(group: "provenance")
        try group.setAttribute("experiment", experiment)
        try group.setAttribute("resolved_experiment", resolved)
        try group.setAttribute("program", created?.program ?? "")
        try group.setAttribute("data_sha256", created?.dataDigest ?? "")
        try group.setAttribute("created", created?.unix ?? .nan)

        let facts = workers.sorted { $0.key < $1.key }.flatMap { worker, facts in
            facts.sorted { $0.key < $1.key }.map { (worker: worker, name: $0.key, value: $0.value) }
        }
        let table = try Table(in: group, named: "workers", scale: "row", facts.indices.map { try $0.asInt32() })
        try table.add("worker", facts.map(\.worker))
        try table.add("name", facts.map(\.name))
        try table.add("value", facts.map(\.value))
    }
}

/// Where a study's numbers come from: what was asked for, and what computed them.
package struct Provenance: Hashable, Sendable {
    /// The experiment file as it was given.
    package var experiment: String
    /// The same with every default filled in.
    package var resolved: String
    /// By the worker's name: its host, the versions of its libraries, its instruction set.
    package var workers: [String: [String: String]]

    package init(experiment: String, resolved: String, workers: [String: [String: String]] = [:]) {
        self.experiment = experiment
        self.resolved = resolved
        self.workers = workers
    }
}

/// A group of columns that share one dimension: each a dataset of one dimension, on the scale that numbers the rows.
///
/// Columns, because R, MATLAB and netCDF read compounds poorly or not at all; the scale lets xarray join them.
struct Table {
    let group: Group
    private let scale: Dataset

    /// Makes a table with its scale.
    init(in parent: Group, named name: String, scale scaleName: String, _ rows: [Int32]) throws {
        group = try parent.create(group: name)
        scale = try group.write(scaleName, rows)
        try scale.makeScale(name: scaleName)
    }

    /// Adds a column of numbers; `units` as UDUNITS and the CF conventions spell them.
    func add(_ name: String, _ values: [some Element], units: String? = nil) throws {
        let column = try group.write(name, values)
        try column.attachScale(scale, dimension: 0)
        if let units { try column.setAttribute("units", units) }
    }

    /// Adds a column of text.
    func add(_ name: String, _ values: [String]) throws {
        try group.writeStrings(name, values).attachScale(scale, dimension: 0)
    }
}

extension Int {
    /// The number as it stands in a file, where every reader has 32 bits and not every reader has 64.
    func asInt32() throws(StudyStoreError) -> Int32 {
        guard let number = Int32(exactly: self) else {
            throw StudyStoreError(.unencodable("\(self) is beyond 32 bits"))
        }
        return number
    }
}
