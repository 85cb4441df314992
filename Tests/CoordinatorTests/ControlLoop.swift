import Coordinator
import Experiments
import Studies
import Foundation
import Glibc
import StudyStore
import Synchronization
import Schema

/// A coordinator's loop that has nothing else to do, in a thread of its own.
final class ControlLoop: Sendable {
    private struct State {
        var isStopped = false
        var hasEnded = false
        var requests: [ControlRequest] = []
        var actCount = 0
        var rounds = 0
        var actsBefore = 0
        var mostActsAtOnce = 0
        var statuses = 0
    }

    private let state = Mutex(State())
    let folder: StudyFolder

    init(_ path: String) throws {
        folder = StudyFolder(path)
        try folder.create()
        let (sending, folder) = (DispatchSemaphore(value: 0), self.folder)
        Thread.detachNewThread { [self] in
            let server = try? ControlServer(folder)
            sending.signal()
            while !state.withLock({ $0.isStopped }) {
                server?.serve(status: { makeStatus() }) { request in
                    // What is asked twice in a row may be one request, asked again.
                    state.withLock {
                        if $0.requests.last != request { $0.requests.append(request) }
                        $0.actCount += 1
                    }
                    return request.trials == [13] ? "thirteen is never tried again" : nil
                }
                state.withLock {
                    $0.rounds += 1
                    $0.mostActsAtOnce = max($0.mostActsAtOnce, $0.actCount - $0.actsBefore)
                    $0.actsBefore = $0.actCount
                }
                usleep(1000)
            }
            server?.close()
            state.withLock { $0.hasEnded = true }
        }
        sending.wait()
    }

    /// Paused where that was asked for.
    private func makeStatus() -> CoordinatorStatus {
        state.withLock { state in
            state.statuses += 1
            var status = CoordinatorStatus.sample
            status.isPaused = state.requests.last?.kind == .pause
            return status
        }
    }

    var statuses: Int { state.withLock { $0.statuses } }
    var acts: [ControlRequest.Kind] { requests.map(\.kind) }
    var requests: [ControlRequest] { state.withLock { $0.requests } }
    var actCount: Int { state.withLock { $0.actCount } }
    /// The most requests that were heeded in one round.
    var mostActsAtOnce: Int { state.withLock { $0.mostActsAtOnce } }
    var rounds: Int { state.withLock { $0.rounds } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    func stop() { state.withLock { $0.isStopped = true } }
    deinit { stop() }
}

extension CoordinatorStatus {
    static let sample = CoordinatorStatus(
        generation: 3, isPaused: false, draining: nil, diskTrouble: nil,
        trials: .init(waiting: 12, running: 2, paused: 3, completed: 30, failed: 1),
        workers: [
            .init(
                worker: "alpha-4711-ab12cd34", host: "alpha", tags: ["gpu"], slots: 2, freeSlots: 0, silentSeconds: 0.3,
                isSuspect: false, isDistrusted: false,
                running: [
                    .init(
                        id: AttemptID(trial: 41, attempt: 1), epoch: 3, step: 120, steps: 375, patienceLeft: 4),
                    .init(
                        id: AttemptID(trial: 42, attempt: 2), epoch: 1, step: 12, steps: 375, patienceLeft: nil,
                        stage: "teacher"),
                ]),
            .init(
                worker: "beta-99-12ab", host: "beta", tags: [], slots: 1, freeSlots: 1, silentSeconds: 4.2,
                isSuspect: true, isDistrusted: true, running: []),
        ],
        orphans: [.init(id: AttemptID(trial: 17, attempt: 2), secondsLeft: 12.5)], checkpointBytes: 120_000_000)
}
