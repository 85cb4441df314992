import CPosix
import Dispatch
import Experiments
import Studies
import StudyStore
import Synchronization

/// Keeps `study.h5` close to the truth, at no more than a hundredth of the time.
///
/// One serial queue makes the file, so that acknowledging results never waits for it.
final class StudyPublisher: Sendable {
    private struct State {
        var isBusy = false
        var nextStart = ContinuousClock.now + .seconds(1)
        var published: StudyState?
        var failure: StudyStoreError?
    }

    private let folder: StudyFolder
    private let terms: StudyTerms
    private let provenance: Provenance
    private let state = Mutex(State())
    private let queue = BackgroundQueue(label: "winnow.study-file")

    init(folder: StudyFolder, terms: StudyTerms, provenance: Provenance) {
        self.folder = folder
        self.terms = terms
        self.provenance = provenance
    }

    /// Publishes in the background, if the last time is a hundred times its own duration ago.
    func publishIfDue(_ study: StudyState) {
        let isDue = state.withLock { state in
            guard !state.isBusy, ContinuousClock.now >= state.nextStart else { return false }
            state.isBusy = true
            return true
        }
        guard isDue else { return }
        queue.async { [self] in
            let started = ContinuousClock.now
            publish(study)
            state.withLock { state in
                state.isBusy = false
                state.nextStart = .now + max(.seconds(1), started.duration(to: .now) * 100)
            }
        }
    }

    /// Publishes now, unless the file says all that already.
    ///
    /// - Parameter retries: is asked when the disk is what fails; where it returns true, when there may be room again,
    ///   the file is published once more.
    /// - Throws: ``StudyStoreError``; the file is then as it was.
    func publishNow(
        _ study: StudyState, retries: (StudyStoreError) -> Bool = { _ in false }
    ) throws(StudyStoreError) {
        while true {
            queue.sync { publish(study) }
            guard let failure = state.withLock({ $0.failure }) else { return }
            guard failure.isDiskTrouble, retries(failure) else { throw failure }
        }
    }

    private func publish(_ study: StudyState) {
        guard state.withLock({ $0.published != study }) else { return }
        var provenance = provenance
        provenance.workers = study.workers
        do {
            let bytes = try StudyFile.encode(state: study, terms: terms, provenance: provenance)
            try folder.check()
            try AtomicFile.write(bytes, to: folder.studyFilePath)
            state.withLock { state in
                state.published = study
                state.failure = nil
            }
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}

/// A serial queue for what must not hold the coordinator up: where processors are scarce, its work waits for all else.
package struct BackgroundQueue: Sendable {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs it after all that was handed in before.
    package func async(_ body: @escaping @Sendable () -> Void) {
        queue.async { Self.run(body) }
    }

    /// Runs it when the time is over, whatever is handed in meanwhile.
    package func async(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.inSeconds) { Self.run(body) }
    }

    private static func run(_ body: () -> Void) {
        // The thread stays so: what it may serve later is no more urgent.
        winnow_yield_to_others()
        body()
    }

    /// Runs it now, as soon as what is before it is done, at the caller's own priority.
    package func sync(_ body: () -> Void) {
        queue.sync(execute: body)
    }
}
