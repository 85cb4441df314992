import Charts
import Experiments
import StudyStore
import Worker

/// What would be recognised in a log: `winnow check FILE --try-metrics LOG`.
struct MetricTrial {
    private let path: String
    private let monitor: String
    private let reports: [MetricReport]

    /// - Throws: ``Failure`` where the log cannot be read, or where no program runs the trials.
    init(_ path: String, of input: ExperimentInput) throws {
        guard case .command(let program) = input.file.experiment.program else {
            throw Failure(.usage, "--try-metrics: \(input.path) has no program whose metrics could be recognised")
        }
        self.path = path
        monitor = input.file.experiment.train.select.monitor
        let bytes: [UInt8]
        do {
            bytes = try StoredBytes.read(path)
        } catch {
            throw Failure(.missingInput, "\(path): cannot be read: \(error.description)")
        }
        reports = try MetricReport.all(in: bytes, as: program.metrics, monitor: monitor)
    }

    func show() {
        var numbering = EpochNumbering()
        var names: Set<String> = []
        var rows = 0
        for report in reports {
            guard let row = numbering.next(report.epoch) else { continue }
            rows += 1
            names.formUnion(report.values.keys.map(MetricName.plain))
            let epoch = report.epoch.map { " (its epoch \(Numeral.metric($0)))" } ?? ""
            let values = report.values.sorted { $0.key < $1.key }.map { "\(MetricName.plain($0.key))=\($0.value)" }
            print("epoch \(row)\(epoch): \(values.joined(separator: " "))")
        }
        guard rows > 0 else { return print("\(path): no metric is recognised") }
        let found = names.contains(monitor) ? "is among them" : "is NOT among them"
        print(
            "\(rows) epoch\(rows == 1 ? "" : "s"); metrics: \(names.sorted().joined(separator: ", ")); \(monitor) \(found)"
        )
    }
}
