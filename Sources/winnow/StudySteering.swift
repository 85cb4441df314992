import Coordinator
import Glibc
import StudyStore
import Wire

/// Tells a study's coordinator what to do, and waits until it is done.
struct StudySteering {
    /// The study's folder as the user wrote it.
    let name: String
    private let client: ControlClient

    /// - Throws: ``Failure`` where no coordinator is at work.
    init(_ study: String) throws {
        let folder = StudyFolder(study)
        name = folder.path
        do {
            client = try ControlClient(folder)
        } catch let error as ControlError {
            // Tells a study at rest from a folder that is none.
            _ = try StudyReader(folder)
            throw error
        }
    }

    var quotedName: String { ExperimentOptions.quoted(name) }

    func status() throws -> CoordinatorStatus {
        guard case .status(let status) = try client.ask(.status) else {
            throw ControlError.misunderstood(folder: name, reason: "no status")
        }
        return status
    }

    func tell(_ kind: ControlRequest.Kind) throws {
        do {
            _ = try client.ask(kind)
        } catch ControlError.nobody where kind == .stop {
            // It had nothing to wait for, and ended before its answer left.
        }
    }

    /// Waits until the coordinator says so. Disk trouble is told of, once: the wait may be long.
    ///
    /// - Throws: ``Failure`` where the coordinator ends before that.
    func wait(_ word: String, _ isDone: (CoordinatorStatus) -> Bool) throws {
        var hasTold = false
        while true {
            let status: CoordinatorStatus
            do {
                status = try self.status()
            } catch ControlError.nobody {
                throw Failure(.unreachable, "\(name): its coordinator ended before the study was \(word)")
            }
            if isDone(status) { return }
            if let trouble = status.diskTrouble, !hasTold {
                hasTold = true
                Terminal.errors.line("\(name): waiting for its disk: \(trouble)")
            }
            usleep(100_000)
        }
    }

    func waitForEnd() throws {
        while client.isAnybodyThere { usleep(50_000) }
    }

    func count(_ trials: Int) -> String { "\(trials) trial\(trials == 1 ? "" : "s")" }
}
