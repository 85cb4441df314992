import Experiments
import Studies
import SwiftProtobuf

// The parts that records and messages are made of, between their values and what `records.proto` makes of them.

/// Why bytes are no record or message of this version.
struct MalformedPart: Error {
    let reason: String
    /// Whether a newer program may have meant something by it.
    var isUnknown = false
}

extension AttemptID {
    /// - Parameter study: the one that the record or message is about.
    init(_ proto: ProtoAttempt, of study: StudyID) {
        self.init(
            study: proto.hasStudy ? StudyID(proto.study) : study, trial: Int(proto.trial), attempt: Int(proto.attempt))
    }

    /// Without the study, which stands elsewhere.
    var proto: ProtoAttempt {
        .with {
            $0.trial = Int64(trial)
            $0.attempt = Int64(attempt)
        }
    }

    /// With the study, for lists.
    var listed: ProtoAttempt {
        var proto = proto
        proto.study = study.bits
        return proto
    }
}

extension Row {
    init(_ proto: ProtoRow, of study: StudyID) {
        self.init(
            id: AttemptID(study: study, trial: Int(proto.trial), attempt: Int(proto.attempt)), epoch: Int(proto.epoch),
            elapsedSeconds: proto.elapsedS, learningRate: proto.hasLearningRate ? proto.learningRate : nil,
            metrics: proto.metrics.map { Int($0) }, values: proto.values, named: proto.named)
    }

    var proto: ProtoRow {
        .with {
            $0.trial = Int64(id.trial)
            $0.attempt = Int64(id.attempt)
            $0.epoch = Int64(epoch)
            $0.elapsedS = elapsedSeconds
            if let learningRate { $0.learningRate = learningRate }
            $0.metrics = metrics.map { Int64($0) }
            $0.values = values
            $0.named = named
        }
    }
}

extension StoredFile.Kind {
    init(_ proto: ProtoFileKind) throws(MalformedPart) {
        switch proto {
        case .best: self = .best
        case .last: self = .last
        case .unspecified: throw MalformedPart(reason: "a file without a kind")
        case .UNRECOGNIZED(let number): throw MalformedPart(reason: "a file of the kind \(number)", isUnknown: true)
        }
    }

    var proto: ProtoFileKind { self == .best ? .best : .last }
}

extension StoredFile {
    init(_ proto: ProtoStoredFile) throws(MalformedPart) {
        self.init(
            kind: try Kind(proto.kind), epoch: Int(proto.epoch), size: Int(proto.size), sha256: proto.sha256,
            bestEpoch: proto.hasBestEpoch ? Int(proto.bestEpoch) : nil)
    }

    var proto: ProtoStoredFile {
        .with {
            $0.kind = kind.proto
            $0.epoch = Int64(epoch)
            $0.size = Int64(size)
            $0.sha256 = sha256
            if let bestEpoch { $0.bestEpoch = Int64(bestEpoch) }
        }
    }
}

extension ProcessEnd {
    /// - Returns: nil where it says nothing.
    init?(_ proto: ProtoProcessEnd) {
        switch proto.how {
        case .signal(let signal): self.init(signal: Int(signal), isMemoryKill: proto.memoryKiller)
        case .exitCode(let code): self.init(exitCode: Int(code))
        case nil: return nil
        }
    }

    var proto: ProtoProcessEnd {
        .with {
            if let signal { $0.signal = Int64(signal) } else { $0.exitCode = Int64(exitCode ?? 0) }
            $0.memoryKiller = isMemoryKill
        }
    }
}

extension ConfusionMatrix {
    init(_ proto: ProtoConfusionMatrix) throws(MalformedPart) {
        // A short text that names many classes must not make a large matrix.
        guard proto.classes.count <= Self.mostClasses else {
            throw MalformedPart(reason: "\(proto.classes.count) classes, where \(Self.mostClasses) are allowed")
        }
        let numbers = proto.cells
        let cells = stride(from: 0, to: numbers.count - 2, by: 3).map {
            Cell(expected: Int(numbers[$0]), predicted: Int(numbers[$0 + 1]), count: Int(numbers[$0 + 2]))
        }
        guard numbers.count.isMultiple(of: 3), let matrix = ConfusionMatrix(classes: proto.classes, cells: cells) else {
            throw MalformedPart(reason: "a cell is a true class, a predicted class, and a count from 0")
        }
        self = matrix
    }

    var proto: ProtoConfusionMatrix {
        .with {
            $0.classes = classes
            $0.cells = cells.flatMap { [Int64($0.expected), Int64($0.predicted), Int64($0.count)] }
        }
    }
}

extension Reliability {
    init(_ proto: ProtoReliability) throws(MalformedPart) {
        guard proto.bins.count <= Self.mostBins else {
            throw MalformedPart(reason: "\(proto.bins.count) bins, where \(Self.mostBins) are allowed")
        }
        self.init(
            bins: proto.bins.map { Bin(count: Int($0.count), right: Int($0.right), confidence: $0.confidence) },
            calibrated: proto.hasCalibrated
                ? Calibrated(temperature: proto.calibrated.temperature, error: proto.calibrated.error) : nil)
    }

    var proto: ProtoReliability {
        .with {
            $0.bins = bins.map { bin in
                .with {
                    $0.count = Int64(bin.count)
                    $0.right = Int64(bin.right)
                    $0.confidence = bin.confidence
                }
            }
            if let calibrated {
                $0.calibrated = .with {
                    $0.temperature = calibrated.temperature
                    $0.error = calibrated.error
                }
            }
        }
    }
}

extension TrialOutcome {
    init(_ proto: ProtoOutcome, of study: StudyID) throws(MalformedPart) {
        var confusion: [String: ConfusionMatrix] = [:]
        for (part, matrix) in proto.confusion { confusion[part] = try ConfusionMatrix(matrix) }
        var reliability: [String: Reliability] = [:]
        for (part, table) in proto.reliability { reliability[part] = try Reliability(table) }
        let tally = proto.hasPseudoLabels ? proto.pseudoLabels : nil
        self.init(
            id: AttemptID(proto.id, of: study), state: try State(proto.state),
            stopReason: try StopReason(proto.stopReason), stopEpoch: Int(proto.stopEpoch),
            wouldHaveStoppedAt: proto.hasWouldHaveStoppedAt ? Int(proto.wouldHaveStoppedAt) : nil,
            testMetrics: proto.testMetrics, confusion: confusion.isEmpty ? nil : confusion,
            reliability: reliability.isEmpty ? nil : reliability,
            pseudoLabels: tally.map {
                .init(offered: Int($0.offered), kept: Int($0.kept), known: Int($0.known), right: Int($0.right))
            }, error: proto.hasError ? proto.error : nil)
    }

    var proto: ProtoOutcome {
        .with {
            $0.id = id.proto
            $0.state = state.proto
            $0.stopReason = stopReason.proto
            $0.stopEpoch = Int64(stopEpoch)
            if let wouldHaveStoppedAt { $0.wouldHaveStoppedAt = Int64(wouldHaveStoppedAt) }
            $0.testMetrics = testMetrics
            $0.confusion = (confusion ?? [:]).mapValues(\.proto)
            $0.reliability = (reliability ?? [:]).mapValues(\.proto)
            if let tally = pseudoLabels {
                $0.pseudoLabels = .with {
                    $0.offered = Int64(tally.offered)
                    $0.kept = Int64(tally.kept)
                    $0.known = Int64(tally.known)
                    $0.right = Int64(tally.right)
                }
            }
            if let error { $0.error = error }
        }
    }
}

extension TrialOutcome.State {
    fileprivate init(_ proto: ProtoOutcome.State) throws(MalformedPart) {
        switch proto {
        case .completed: self = .completed
        case .failed: self = .failed
        case .pruned: self = .pruned
        case .unspecified, .UNRECOGNIZED: throw MalformedPart(reason: "an end that is neither success nor failure")
        }
    }

    fileprivate var proto: ProtoOutcome.State {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .pruned: .pruned
        }
    }
}

extension TrialOutcome.StopReason {
    fileprivate init(_ proto: ProtoOutcome.StopReason) throws(MalformedPart) {
        switch proto {
        case .budget: self = .budget
        case .earlyStopping: self = .earlyStopping
        case .error: self = .error
        case .decision: self = .decision
        case .program: self = .program
        case .noReason: throw MalformedPart(reason: "an end without a reason")
        case .UNRECOGNIZED(let number): throw MalformedPart(reason: "an end of the reason \(number)", isUnknown: true)
        }
    }

    fileprivate var proto: ProtoOutcome.StopReason {
        switch self {
        case .budget: .budget
        case .earlyStopping: .earlyStopping
        case .error: .error
        case .decision: .decision
        case .program: .program
        }
    }
}

extension JournalRecord.FileRemoved.Reason {
    /// - Returns: nil where nobody said.
    static func reason(_ proto: ProtoFileRemoved.Reason) throws(MalformedPart) -> Self? {
        switch proto {
        case .unspecified: nil
        case .budget: .budget
        case .damaged: .damaged
        case .finished: .finished
        case .UNRECOGNIZED(let number):
            throw MalformedPart(reason: "a removal for the reason \(number)", isUnknown: true)
        }
    }

    var proto: ProtoFileRemoved.Reason {
        switch self {
        case .budget: .budget
        case .damaged: .damaged
        case .finished: .finished
        }
    }
}

extension JournalRecord.AttemptEnded.Reason {
    init(_ proto: ProtoAttemptEnded.Reason) throws(MalformedPart) {
        switch proto {
        case .lost: self = .lost
        case .hung: self = .hung
        case .undelivered: self = .undelivered
        case .handedBack: self = .handedBack
        case .orphaned: self = .orphaned
        case .revoked: self = .revoked
        case .unspecified: throw MalformedPart(reason: "an attempt's end without a reason")
        case .UNRECOGNIZED(let number):
            throw MalformedPart(reason: "an attempt's end of the reason \(number)", isUnknown: true)
        }
    }

    var proto: ProtoAttemptEnded.Reason {
        switch self {
        case .lost: .lost
        case .hung: .hung
        case .undelivered: .undelivered
        case .handedBack: .handedBack
        case .orphaned: .orphaned
        case .revoked: .revoked
        }
    }
}

extension JournalRecord.TrialCreated {
    init(_ proto: ProtoTrialCreated) throws(MalformedPart) {
        self.init(
            trial: Int(proto.trial), point: Int(proto.point), replicate: Int(proto.replicate), seed: proto.seed,
            assignment: try Assignment(proto.parameters), from: proto.hasFromTrial ? Int(proto.fromTrial) : nil,
            takenFrom: proto.hasTakenFrom ? proto.takenFrom : nil)
    }

    var proto: ProtoTrialCreated {
        .with {
            $0.trial = Int64(trial)
            $0.point = Int64(point)
            $0.replicate = Int64(replicate)
            $0.seed = seed
            $0.parameters = assignment.proto
            if let from { $0.fromTrial = Int64(from) }
            if let takenFrom { $0.takenFrom = takenFrom }
        }
    }
}

extension JournalRecord.StudyCreated {
    init(_ proto: ProtoStudyCreated, of study: StudyID) {
        self.init(
            id: study, identity: proto.identity, dataDigest: proto.dataSha256,
            folder: proto.hasFolder ? proto.folder : nil, program: proto.program, unix: proto.unix)
    }

    var proto: ProtoStudyCreated {
        .with {
            $0.identity = identity
            $0.dataSha256 = dataDigest
            if let folder { $0.folder = folder }
            $0.program = program
            $0.unix = unix
        }
    }
}
