import Experiments
import Studies
import Glibc
import StudyStore
import TestSupport
import Testing

/// The study of ``SampleExperiment/slow`` by a coordinator and workers that a test starts one by one, to do them harm.
struct FaultyStudy {
    /// Long enough for a worker that gets no processor for a while, short enough to be waited for.
    static let lease = Duration.seconds(3)

    let folder: TemporaryDirectory
    /// The workers', until a test has done its harm; ``expectWhole(_:lostAttempts:sourceLocation:)`` ends it.
    let slowMotion: SlowMotion

    init() throws {
        folder = try TemporaryDirectory()
        slowMotion = try SlowMotion()
        try folder.write(SampleExperiment.slow, to: "slow.yaml")
    }

    /// Starts the coordinator with short leases.
    func coordinator(_ more: [String] = [], lease: Duration = lease) throws -> RunningWinnow {
        try RunningWinnow(
            ["coordinator", "slow.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"]
                + ["--lease", "\(lease.components.seconds)s", "--suspect-after", "1s", "--heartbeat", "200ms"] + more,
            in: folder)
    }

    func worker(_ address: String, _ more: [String] = []) throws -> RunningWinnow {
        try RunningWinnow(["worker", address] + more, in: folder, environment: slowMotion.environment)
    }

    var records: StudyRecords { get throws { try StudyRecords(of: folder.file("study")) } }

    /// Every attempt of a trial, as it began.
    func starts(of trial: Int) throws -> [JournalRecord.AttemptStarted] {
        try Journal.read(StudyFolder(folder.file("study"))).compactMap { record in
            if case .attemptStarted(let body) = record, body.id.trial == trial { body } else { nil }
        }
    }

    /// A worker ends as it should.
    func expectWell(_ worker: RunningWinnow, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = try await worker.end()
        #expect(end.status == 0, "\(end.errors)", sourceLocation: sourceLocation)
    }

    /// A worker that was cut off when the study ended has work in hand for which it waits for a coordinator; told to, it
    /// ends.
    func expectPatient(_ worker: RunningWinnow, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        if !worker.hasEnded { worker.send(SIGTERM) }
        let end = try await worker.end()
        #expect(end.status == 0 || end.status == 75, "\(end.errors)", sourceLocation: sourceLocation)
    }

    /// Lets time pass, which is what some faults are made of.
    static func pass(_ time: Duration) async throws {
        let end = ContinuousClock.now + time
        try await eventually(timeout: time * 100) {
            ContinuousClock.now >= end
        } last: {
            ContinuousClock.now
        }
    }

    /// The coordinator ends well, so many attempts were lost, and all is as if nothing had happened.
    func expectWhole(
        _ coordinator: RunningWinnow, lostAttempts: ClosedRange<Int>, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        slowMotion.end()
        let end = try await coordinator.end()
        #expect(end.status == 0, "\(end.errors)", sourceLocation: sourceLocation)
        let records = try records
        #expect(
            lostAttempts.contains(records.lostAttempts), "\(records.endings) \(end.errors)",
            sourceLocation: sourceLocation)
        #expect(records.epochs == [3, 3, 3, 3], sourceLocation: sourceLocation)
        let fingerprint = try StudyFingerprint(of: folder.file("study"))
        let differences = fingerprint.differences(from: try await SampleExperiment.undisturbed())
        #expect(differences == [], sourceLocation: sourceLocation)
    }
}
