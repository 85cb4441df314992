import Experiments
import Studies

/// The parts that messages of both sides are made of.
extension AttemptID {
    func check() throws(WireError) {
        try Field("id.trial").within(trial, 0...MessageLimit.number)
        try Field("id.attempt").within(attempt, 1...MessageLimit.number)
    }
}

extension StoredFile {
    func check() throws(WireError) {
        try Field("file.epoch").within(epoch, 0...MessageLimit.number)
        try Field("file.size").within(size, 1...MessageLimit.size)
        try Field("file.sha256").sha256(sha256)
        if let bestEpoch {
            try Field("file.best_epoch").within(bestEpoch, 1...MessageLimit.number)
        }
    }
}

extension Chunk {
    /// - Parameter bytes: nil for a message that only speaks of the chunk.
    func check(bytes: Int?) throws(WireError) {
        try id.check()
        try file.check()
        try Field("offset").within(offset, 0...file.size)
        if let copied {
            try Field("bytes").within(bytes ?? 0, 0...0)
            try Field("copied.sha256").sha256(copied.sha256)
            try Field("copied.offset").within(copied.offset, 0...MessageLimit.size)
            try Field("copied.count").within(copied.count, 1...Chunk.mostCopied)
            try Field("offset").within(offset, 0...max(0, file.size - copied.count))
        } else if let bytes {
            try Field("bytes").within(bytes, 1...Chunk.size)
            try Field("offset").within(offset, 0...max(0, file.size - bytes))
        }
    }
}

extension Row {
    func check() throws(WireError) {
        try id.check()
        try Field("epoch").within(epoch, 1...MessageLimit.number)
        try Field("metrics").count(metrics.count, atMost: MessageLimit.metrics)
        guard metrics.count == values.count else {
            throw Field("values").refuse("\(values.count) values of \(metrics.count) metrics")
        }
        var next = 0
        for number in metrics {
            try Field("metrics").within(number, 0...MessageLimit.metrics)
            guard number >= next else { throw Field("metrics").refuse("they are not in ascending order") }
            next = number + 1
        }
        try checkMetrics(named, Field("named"))
        if let learningRate { try Field("learning_rate").within(learningRate, 0...1e30) }
        try Field("elapsed_s").within(elapsedSeconds, 0...1e12)
    }
}

extension Assignment {
    func check() throws(WireError) {
        try Field("parameters").count(elements.count, atMost: MessageLimit.parameters)
        for element in elements {
            try Field("parameters.path").line(element.path, 1...MessageLimit.lineBytes)
        }
    }
}

extension TrialOutcome {
    mutating func check() throws(WireError) {
        try id.check()
        try Field("stop_epoch").within(stopEpoch, 0...MessageLimit.number)
        if let wouldHaveStoppedAt {
            try Field("would_have_stopped_at").within(wouldHaveStoppedAt, 1...MessageLimit.number)
        }
        guard (state == .failed) == (stopReason == .error) else {
            throw Field("stop_reason").refuse("a trial that \(state) cannot have stopped by \(stopReason.rawValue)")
        }
        guard stopReason != .decision, state != .pruned else {
            throw Field("stop_reason").refuse("only a coordinator decides")
        }
        guard state == .failed || error == nil else { throw Field("error").refuse("a completed trial has none") }
        error = error?.oneLine(atMost: MessageLimit.errorBytes)
        try checkMetrics(testMetrics, Field("test_metrics"))
        for (part, matrix) in confusion ?? [:] {
            try checkPart(part, Field("confusion"))
            for name in matrix.classes {
                try Field("confusion.classes").line(name, 0...MessageLimit.nameBytes)
            }
            for count in matrix.cells.lazy.map(\.count) {
                try Field("confusion.cells").within(count, 0...MessageLimit.number)
            }
        }
        for (part, table) in reliability ?? [:] {
            try checkPart(part, Field("reliability"))
            try table.check()
        }
        if let tally = pseudoLabels {
            try Field("pseudo_labels.offered").within(tally.offered, 0...MessageLimit.size)
            try Field("pseudo_labels.kept").within(tally.kept, 0...tally.offered)
            try Field("pseudo_labels.known").within(tally.known, 0...tally.kept)
            try Field("pseudo_labels.right").within(tally.right, 0...tally.known)
        }
    }
}

extension Reliability {
    fileprivate func check() throws(WireError) {
        for bin in bins {
            try Field("reliability.count").within(bin.count, 0...MessageLimit.number)
            try Field("reliability.right").within(bin.right, 0...bin.count)
            try Field("reliability.confidence").within(bin.confidence, 0...Double(bin.count))
        }
        guard let calibrated else { return }
        try Field("reliability.temperature").within(calibrated.temperature, 0...1e6)
        try Field("reliability.error").within(calibrated.error, 0...1)
    }
}

private func checkPart(_ name: String, _ field: Field) throws(WireError) {
    guard name == "validation" || name == "test" else { throw field.refuse("it is of validation or test") }
}

/// Any value is a metric: a diverged loss is infinite or no number, and says so. Names become columns.
private func checkMetrics(_ metrics: [String: Double], _ field: Field) throws(WireError) {
    try field.count(metrics.count, atMost: MessageLimit.metrics)
    for name in metrics.keys {
        try field.name(name)
    }
}
