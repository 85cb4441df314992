/// The metrics of one finished epoch, keyed by (trial, attempt, epoch).
package struct EpochResult: Hashable, Sendable, Codable {
    package var id: AttemptID
    /// From 1.
    package var epoch: Int
    /// By column name: `train_loss`, `validation_loss`, `validation_accuracy`, ...; may hold NaN.
    package var metrics: [String: Double]
    package var learningRate: Double
    /// Seconds of training in this attempt's process, up to the end of the epoch.
    package var elapsedSeconds: Double

    package init(id: AttemptID, epoch: Int, metrics: [String: Double], learningRate: Double, elapsedSeconds: Double) {
        self.id = id
        self.epoch = epoch
        self.metrics = metrics
        self.learningRate = learningRate
        self.elapsedSeconds = elapsedSeconds
    }

    enum CodingKeys: String, CodingKey {
        case id, epoch, metrics
        case learningRate = "learning_rate"
        case elapsedSeconds = "elapsed_s"
    }
}

/// One try of a trial on one worker.
///
/// The attempt's number is a fencing token: it grows with every try, and only the newest one's messages count.
package struct AttemptID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The trial's number, from 0.
    package var trial: Int
    /// The try's number within the trial, from 1.
    package var attempt: Int

    package init(trial: Int, attempt: Int) {
        self.trial = trial
        self.attempt = attempt
    }

    /// By trial, then by attempt.
    package static func < (one: AttemptID, other: AttemptID) -> Bool {
        (one.trial, one.attempt) < (other.trial, other.attempt)
    }

    package var description: String { "trial \(trial), attempt \(attempt)" }
}

/// The most frequent of all values, on the wire and in the journal: read and written by hand.
extension EpochResult {
    /// Nil where a member is missing or is another value.
    package init?(reading value: JSONValue) {
        guard let id = value["id"].flatMap({ AttemptID(reading: $0) }),
            let epoch = value["epoch"]?.integer(as: Int.self),
            let metrics = value["metrics"]?.numbers,
            let learningRate = value["learning_rate"]?.double,
            let elapsedSeconds = value["elapsed_s"]?.double
        else { return nil }
        self.init(
            id: id, epoch: epoch, metrics: metrics, learningRate: learningRate, elapsedSeconds: elapsedSeconds)
    }

    /// - Parameters:
    ///   - kind: the object's `kind`, beside the result's own members.
    ///   - writeMore: writes members whose names come between "epoch" and "id", each after a comma.
    package func write(
        to writer: inout JSONWriter, kind: StaticString, writeMore: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.write(raw: #"{"elapsed_s":"#)
        writer.write(elapsedSeconds)
        writer.write(raw: #","epoch":"#)
        writer.write(epoch)
        writeMore(&writer)
        writer.write(raw: #","id":"#)
        id.write(to: &writer)
        writer.write(raw: #","kind":""#)
        writer.write(raw: kind)
        writer.write(raw: #"","learning_rate":"#)
        writer.write(learningRate)
        writer.write(raw: #","metrics":"#)
        writer.write(metrics)
        writer.write(raw: "}")
    }
}

extension AttemptID {
    package init?(reading value: JSONValue) {
        guard let trial = value["trial"]?.integer(as: Int.self), let attempt = value["attempt"]?.integer(as: Int.self)
        else { return nil }
        self.init(trial: trial, attempt: attempt)
    }

    package func write(to writer: inout JSONWriter) {
        writer.write(raw: #"{"attempt":"#)
        writer.write(attempt)
        writer.write(raw: #","trial":"#)
        writer.write(trial)
        writer.write(raw: "}")
    }
}
