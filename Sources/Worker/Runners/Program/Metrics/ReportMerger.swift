/// Makes one report of each epoch where a program tells of an epoch in several lines, as in logs for people.
///
/// An epoch is over when the next one is named. Within an epoch that is counted, a later value of a metric replaces an
/// earlier one, as of a progress bar. Where no epoch is ever counted, the monitored metric counts: with its second value
/// the second epoch begins.
package struct ReportMerger {
    private let monitor: String
    private var pending: MetricReport?
    private var countsEpochs = false

    package init(monitor: String) {
        self.monitor = monitor
    }

    /// - Returns: the epoch that is over.
    package mutating func add(_ report: MetricReport) -> MetricReport? {
        if report.epoch != nil { countsEpochs = true }
        guard var known = pending else {
            pending = report
            return nil
        }
        let isNext =
            countsEpochs
            ? report.epoch != nil && known.epoch != nil && report.epoch != known.epoch
            : known.values[monitor] != nil && report.values[monitor] != nil
        guard !isNext else {
            pending = report
            return known.values.isEmpty ? nil : known
        }
        known.epoch = report.epoch ?? known.epoch
        known.values.merge(report.values) { $1 }
        known.isCheckpoint = known.isCheckpoint || report.isCheckpoint
        pending = known
        return nil
    }

    /// - Returns: the last epoch.
    package mutating func finish() -> MetricReport? {
        defer { pending = nil }
        return pending.flatMap { $0.values.isEmpty ? nil : $0 }
    }
}

/// Which row of the trial a report is.
///
/// Rows are numbered from 1, without gaps. A program may count epochs from 0, in steps, or not at all; when it goes on
/// from a checkpoint, it may repeat some that it has reported before.
package struct EpochNumbering: Hashable, Codable, Sendable {
    /// What the program called each row.
    private(set) var epochs: [Double?] = []

    package init() {}

    package init(rows: Int) {
        epochs = Array(repeating: nil, count: rows)
    }

    package var count: Int { epochs.count }

    /// Forgets the rows after these.
    package mutating func truncate(to rows: Int) {
        if rows < epochs.count { epochs.removeLast(epochs.count - rows) }
        while epochs.count < rows { epochs.append(nil) }
    }

    /// - Returns: the row's number; nil where that epoch has been reported before.
    package mutating func next(_ epoch: Double?) -> Int? {
        if let epoch, let last = epochs.last(where: { $0 != nil }) ?? nil, epoch <= last { return nil }
        epochs.append(epoch)
        return epochs.count
    }
}
