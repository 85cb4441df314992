package import Studies
import SwiftProtobuf

/// A record's bytes: those of a `Record` of `records.proto`.
extension JournalRecord {
    /// - Parameter study: the number of the study that the record is of.
    package func encoded(of study: StudyID) -> [UInt8] {
        // Serializing fails for required fields and for texts beyond 2 GiB alone.
        (try? proto(of: study).serializedBytes(options: .ordered) as [UInt8]) ?? []
    }

    /// - Throws: ``RecordError``.
    package static func decode(_ bytes: [UInt8]) throws(RecordError) -> (study: StudyID, record: JournalRecord) {
        let proto: ProtoRecord
        do {
            proto = try ProtoRecord(serializedBytes: bytes, options: .bounded)
        } catch {
            throw .malformed("\(error)")
        }
        guard proto.hasStudy else { throw .malformed("no study") }
        guard let kind = proto.kind else {
            let field = proto.unknownFields.firstField.map { "field \($0)" }
            throw field.map { .unknown(kind: $0) } ?? .malformed("no kind")
        }
        let study = StudyID(proto.study)
        do throws(MalformedPart) {
            return (study, try JournalRecord(kind, of: study))
        } catch {
            throw error.isUnknown ? .unknown(kind: error.reason) : .malformed(error.reason)
        }
    }

    private init(_ kind: ProtoRecord.OneOf_Kind, of study: StudyID) throws(MalformedPart) {
        switch kind {
        case .row(let row): self = .epochFinished(Row(row, of: study))
        case .studyCreated(let body): self = .studyCreated(.init(body, of: study))
        case .decision(let body):
            self = .decided(.init(try Decision(body), reason: body.reason, unix: body.unix))
        case .attemptStarted(let body):
            self = .attemptStarted(
                .init(
                    id: AttemptID(body.id, of: study), worker: body.worker, fromEpoch: Int(body.fromEpoch),
                    unix: body.unix))
        case .fileStored(let body):
            self = .fileStored(.init(id: AttemptID(body.id, of: study), file: try StoredFile(body.file)))
        case .fileRemoved(let body):
            self = .fileRemoved(
                .init(
                    trial: Int(body.trial), kind: try StoredFile.Kind(body.file), reason: try .reason(body.reason),
                    unix: body.unix))
        case .attemptEnded(let body):
            self = .attemptEnded(
                .init(
                    id: AttemptID(body.id, of: study), reason: try .init(body.reason),
                    detail: body.hasDetail ? body.detail : nil,
                    process: body.hasProcess ? ProcessEnd(body.process) : nil, unix: body.unix))
        case .trialFinished(let body):
            self = .trialFinished(.init(outcome: try TrialOutcome(body.outcome, of: study), unix: body.unix))
        case .trialReopened(let body): self = .trialReopened(.init(trial: Int(body.trial), unix: body.unix))
        case .trialRetried(let body): self = .trialRetried(.init(trial: Int(body.trial), unix: body.unix))
        case .workerJoined(let body):
            self = .workerJoined(.init(worker: body.worker, environment: body.environment, unix: body.unix))
        case .coordinatorStarted(let body):
            self = .coordinatorStarted(
                .init(generation: Int(body.generation), host: body.host, program: body.program, unix: body.unix))
        case .studyPaused(let body): self = .studyPaused(.init(paused: body.paused, unix: body.unix))
        }
    }

    private func proto(of study: StudyID) -> ProtoRecord {
        .with { record in
            record.study = study.bits
            switch self {
            case .epochFinished(let row): record.row = row.proto
            case .studyCreated(let body): record.studyCreated = body.proto
            case .decided(let body):
                record.decision = body.decision.proto
                record.decision.reason = body.reason
                record.decision.unix = body.unix
            case .attemptStarted(let body):
                record.attemptStarted = .with {
                    $0.id = body.id.proto
                    $0.worker = body.worker
                    $0.fromEpoch = Int64(body.fromEpoch)
                    $0.unix = body.unix
                }
            case .fileStored(let body):
                record.fileStored = .with {
                    $0.id = body.id.proto
                    $0.file = body.file.proto
                }
            case .fileRemoved(let body):
                record.fileRemoved = .with {
                    $0.trial = Int64(body.trial)
                    $0.file = body.kind.proto
                    $0.reason = body.reason?.proto ?? .unspecified
                    $0.unix = body.unix
                }
            case .attemptEnded(let body):
                record.attemptEnded = .with {
                    $0.id = body.id.proto
                    $0.reason = body.reason.proto
                    if let detail = body.detail { $0.detail = detail }
                    if let process = body.process { $0.process = process.proto }
                    $0.unix = body.unix
                }
            case .trialFinished(let body):
                record.trialFinished = .with {
                    $0.outcome = body.outcome.proto
                    $0.unix = body.unix
                }
            case .trialReopened(let body):
                record.trialReopened = .with { ($0.trial, $0.unix) = (Int64(body.trial), body.unix) }
            case .trialRetried(let body):
                record.trialRetried = .with { ($0.trial, $0.unix) = (Int64(body.trial), body.unix) }
            case .workerJoined(let body):
                record.workerJoined = .with {
                    $0.worker = body.worker
                    $0.environment = body.environment
                    $0.unix = body.unix
                }
            case .coordinatorStarted(let body):
                record.coordinatorStarted = .with {
                    $0.generation = Int64(body.generation)
                    $0.host = body.host
                    $0.program = body.program
                    $0.unix = body.unix
                }
            case .studyPaused(let body):
                record.studyPaused = .with { ($0.paused, $0.unix) = (body.paused, body.unix) }
            }
        }
    }

    /// The record as one line of JSON, with the names of `records.proto`.
    package func json(of study: StudyID) -> String {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.useDeterministicOrdering = true
        options.alwaysPrintInt64sAsNumbers = true
        return (try? proto(of: study).jsonString(options: options)) ?? "{}"
    }
}

/// Why bytes are no record.
package enum RecordError: Error, Hashable {
    /// A whole record that only a newer program understands.
    case unknown(kind: String)
    case malformed(String)
}

extension Decision {
    fileprivate init(_ proto: ProtoDecision) throws(MalformedPart) {
        switch proto.kind {
        case .create(let created): self = .create(try .init(created))
        case .finish: self = .finish
        case .pause(let pause): self = .pause(trial: Int(pause.trial), after: Int(pause.epoch))
        case .resume(let resume):
            self = .resume(trial: Int(resume.trial), until: resume.hasUntil ? Int(resume.until) : nil)
        case .stop(let stop): self = .stop(trial: Int(stop.trial))
        case nil: throw MalformedPart(reason: "a decision without a kind", isUnknown: true)
        }
    }

    fileprivate var proto: ProtoDecision {
        .with { decision in
            switch self {
            case .create(let created): decision.create = created.proto
            case .finish: decision.finish = .init()
            case .pause(let trial, let epoch):
                decision.pause = .with { ($0.trial, $0.epoch) = (Int64(trial), Int64(epoch)) }
            case .resume(let trial, let until):
                decision.resume = .with {
                    $0.trial = Int64(trial)
                    if let until { $0.until = Int64(until) }
                }
            case .stop(let trial): decision.stop = .with { $0.trial = Int64(trial) }
            }
        }
    }
}

extension BinaryEncodingOptions {
    /// The same value has the same bytes, in every process.
    static var ordered: BinaryEncodingOptions {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return options
    }
}

extension BinaryDecodingOptions {
    /// Nothing in a record or message is nested deeper.
    static var bounded: BinaryDecodingOptions {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 12
        return options
    }
}

extension UnknownStorage {
    /// The number of the first field that nobody knows.
    var firstField: Int? {
        var (tag, shift) = (UInt64(0), UInt64(0))
        for byte in data.prefix(10) {
            tag |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(tag >> 3) }
            shift += 7
        }
        return nil
    }
}
