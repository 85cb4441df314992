import Experiments
import Studies
import Foundation
import StudyStore
import Schema

/// A coordinator's word that something is durable.
enum Acknowledgement: Hashable {
    case epoch(AttemptID, Int)
    case file(AttemptID, StoredFile)
    case outcome(AttemptID)

    init(_ header: Data) throws {
        switch try Envelope<CoordinatorMessage>(frames: [Array(header)]).message {
        case .epochStored(let body): self = .epoch(body.id, body.epoch)
        case .fileStored(let body): self = .file(body.id, body.file)
        case .outcomeStored(let id): self = .outcome(id)
        case let other: throw WireError(reason: "no acknowledgement: \(other)")
        }
    }

    /// Which of `promises` the journal does not keep.
    ///
    /// - Parameter records: all that the journal has, superseded ones too.
    static func broken(_ promises: [Acknowledgement], by records: [JournalRecord]) -> [Acknowledgement] {
        let kept = Set(
            records.compactMap { record -> Acknowledgement? in
                switch record {
                case .epochFinished(let body): .epoch(body.id, body.epoch)
                case .fileStored(let body): .file(body.id, body.file)
                case .trialFinished(let body): .outcome(body.outcome.id)
                default: nil
                }
            })
        // An attempt that is over is answered as if all it had were stored.
        return promises.filter { !kept.contains($0) }
    }

    /// The trials that began again before the epoch of a `last.h5` that had been acknowledged.
    static func forgotten(_ promises: [Acknowledgement], by records: [JournalRecord]) -> [String] {
        var newest: [Int: (attempt: Int, epoch: Int)] = [:]
        for case .file(let id, let file) in promises where file.kind == .last {
            newest[id.trial] = (id.attempt, file.epoch)
        }
        return records.compactMap { record in
            guard case .attemptStarted(let body) = record, let last = newest[body.id.trial],
                body.id.attempt == last.attempt + 1, body.fromEpoch < last.epoch
            else { return nil }
            return "\(body.id) began after epoch \(body.fromEpoch), though epoch \(last.epoch) was acknowledged"
        }
    }
}
