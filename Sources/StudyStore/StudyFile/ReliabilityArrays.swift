internal import Studies
internal import HDF5

/// The reliability tables of the trials that have them, at their selected epochs, as arrays [trial, bin].
struct ReliabilityArrays {
    private let trials: [(number: Int, tables: [String: Reliability])]
    private let bins: Int

    /// - Returns: nil where no trial has any.
    init?(_ trials: [TrialState]) {
        let tables = trials.compactMap { trial in
            trial.outcome?.reliability.map { (number: trial.number, tables: $0) }
        }
        guard let bins = tables.lazy.compactMap({ $0.tables.values.first?.bins.count }).first else { return nil }
        // A worker with other bins than the first one has no place in the array.
        self.trials = tables.map { number, tables in (number, tables.filter { $0.value.bins.count == bins }) }
        self.bins = bins
    }

    func write(to root: Group) throws {
        let group = try root.create(group: "reliability")
        let rows = try group.write("trial_id", trials.map { try $0.number.asInt32() })
        try rows.makeScale(name: "trial_id")
        let columns = try group.write("bin", (0..<bins).map { try $0.asInt32() })
        try columns.makeScale(name: "bin")

        for part in Set(trials.flatMap(\.tables.keys)).sorted() {
            let tables = trials.map { $0.tables[part] }
            // A trial without this part has no counts, which -1 says.
            let absent = Array(repeating: Reliability.Bin(count: -1, right: -1, confidence: .nan), count: bins)
            func add(_ name: String, _ value: @escaping (Reliability.Bin) throws -> some Element) throws {
                let array = try group.writeCompressed("\(part)_\(name)", shape: [trials.count, bins]) { range in
                    try tables[range].flatMap { try ($0?.bins ?? absent).map(value) }
                }
                try array.attachScale(rows, dimension: 0)
                try array.attachScale(columns, dimension: 1)
            }
            try add("count") { try $0.count.asInt32() }
            try add("right") { try $0.right.asInt32() }
            try add("confidence") { $0.meanConfidence ?? .nan }
            guard tables.contains(where: { $0?.calibrated != nil }) else { continue }
            func add(_ name: String, _ value: (Reliability.Calibrated) -> Double) throws {
                let values = tables.map { $0?.calibrated.map(value) ?? .nan }
                try group.write("\(part)_\(name)", values).attachScale(rows, dimension: 0)
            }
            try add("temperature") { $0.temperature }
            try add("calibrated_error") { $0.error }
        }
    }
}
