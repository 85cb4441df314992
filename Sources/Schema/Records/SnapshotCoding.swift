package import Studies
import SwiftProtobuf

/// A study's state, and the part of its journal that it is the sum of, as bytes of `snapshot.proto`.
package struct SnapshotContents {
    /// Bytes of each segment, up to the end of a record.
    package let sizes: [Int]
    /// The checksum of all records' checksums.
    package let chain: UInt32
    package let state: StudyState

    package init(sizes: [Int], chain: UInt32, state: StudyState) {
        self.sizes = sizes
        self.chain = chain
        self.state = state
    }

    package var encoded: [UInt8] { (try? proto.serializedBytes(options: .ordered) as [UInt8]) ?? [] }

    /// - Throws: ``RecordError`` where it is none.
    package init(decoding bytes: [UInt8]) throws(RecordError) {
        let proto: ProtoSnapshot
        do {
            proto = try ProtoSnapshot(serializedBytes: bytes, options: .bounded)
        } catch {
            throw .malformed("\(error)")
        }
        let study = StudyID(proto.study)
        var trials: [TrialState] = []
        do throws(MalformedPart) {
            for trial in proto.trials { trials.append(try TrialState(trial, of: study)) }
        } catch {
            throw .malformed(error.reason)
        }
        let state = StudyState(
            created: proto.hasCreated ? .init(proto.created, of: study) : nil, trials: trials,
            workers: proto.workers.mapValues(\.values), generation: Int(proto.generation), isPaused: proto.paused,
            isSearchFinished: proto.searchFinished, metrics: MetricTable(proto.metrics),
            rows: proto.trials.map { $0.rows.map { Row($0, of: study) } })
        guard let state else { throw .malformed("its rows are not those of its trials") }
        self.init(sizes: proto.sizes.map { Int($0) }, chain: proto.chain, state: state)
    }

    private var proto: ProtoSnapshot {
        .with {
            $0.sizes = sizes.map { Int64($0) }
            $0.chain = chain
            $0.study = state.id.bits
            if let created = state.created { $0.created = created.proto }
            $0.trials = state.trials.map { $0.proto(state.metrics) }
            $0.workers = state.workers.mapValues { values in .with { $0.values = values } }
            $0.generation = Int64(state.generation)
            $0.paused = state.isPaused
            $0.metrics = state.metrics.names
            $0.searchFinished = state.isSearchFinished
        }
    }
}

extension TrialState {
    fileprivate init(_ proto: ProtoTrialSnapshot, of study: StudyID) throws(MalformedPart) {
        func file(_ has: Bool, _ file: ProtoStoredFile) throws(MalformedPart) -> StoredFile? {
            has ? try StoredFile(file) : nil
        }
        let ends = proto.processEnds.compactMap { ProcessEnd($0) }
        self.init(
            try .init(proto.created), of: study, phase: try Phase(proto.phase), attempt: Int(proto.attempt),
            lostAttempts: Int(proto.lostAttempts), processEnds: ends.isEmpty ? nil : ends,
            pardonedAttempts: proto.hasPardonedAttempts ? Int(proto.pardonedAttempts) : nil,
            pardonedEnds: proto.hasPardonedEnds ? Int(proto.pardonedEnds) : nil, worker: proto.worker,
            started: proto.hasStarted ? proto.started : nil, finished: proto.hasFinished ? proto.finished : nil,
            best: try file(proto.hasBest, proto.best), bestRemoval: try .reason(proto.bestRemoval),
            last: try file(proto.hasLast, proto.last),
            previousLast: try file(proto.hasPreviousLast, proto.previousLast),
            outcome: proto.hasOutcome ? try TrialOutcome(proto.outcome, of: study) : nil,
            pauseAfter: proto.hasPauseAfter ? Int(proto.pauseAfter) : nil, stops: proto.stops)
    }

    fileprivate func proto(_ table: MetricTable) -> ProtoTrialSnapshot {
        .with {
            $0.created =
                JournalRecord.TrialCreated(
                    trial: number, point: point, replicate: replicate, seed: seed, assignment: assignment, from: from
                ).proto
            $0.phase = phase.proto
            $0.attempt = Int64(attempt)
            $0.lostAttempts = Int64(lostAttempts)
            $0.processEnds = (processEnds ?? []).map(\.proto)
            if let pardonedAttempts { $0.pardonedAttempts = Int64(pardonedAttempts) }
            if let pardonedEnds { $0.pardonedEnds = Int64(pardonedEnds) }
            $0.worker = worker
            if let started { $0.started = started }
            if let finished { $0.finished = finished }
            if let best { $0.best = best.proto }
            $0.bestRemoval = bestRemoval?.proto ?? .unspecified
            if let last { $0.last = last.proto }
            if let previousLast { $0.previousLast = previousLast.proto }
            if let outcome { $0.outcome = outcome.proto }
            $0.rows = history.map { Row($0, table).proto }
            if let pauseAfter { $0.pauseAfter = Int64(pauseAfter) }
            $0.stops = stops
        }
    }
}

extension TrialState.Phase {
    fileprivate init(_ proto: ProtoTrialSnapshot.Phase) throws(MalformedPart) {
        switch proto {
        case .waiting: self = .waiting
        case .running: self = .running
        case .completed: self = .completed
        case .failed: self = .failed
        case .paused: self = .paused
        case .pruned: self = .pruned
        case .UNRECOGNIZED: throw MalformedPart(reason: "a trial of a phase that is not known")
        }
    }

    fileprivate var proto: ProtoTrialSnapshot.Phase {
        switch self {
        case .waiting: .waiting
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        case .paused: .paused
        case .pruned: .pruned
        }
    }
}
