import Experiments
import Studies
import Glibc
import StudyStore

/// The model file of a trial, or why there is none.
enum ModelFile: Hashable {
    /// No epoch has been selected and saved.
    case none
    case stored(String)
    /// It is in the journal, but it is missing or has another size.
    case missing(String)
    /// It was removed, for this reason.
    case givenUp(JournalRecord.FileRemoved.Reason)

    init(_ trial: TrialState, in folder: StudyFolder) {
        func isThere(_ path: String, _ file: StoredFile) -> Bool {
            var status = stat()
            return stat(path, &status) == 0 && Int(status.st_size) == file.size
        }
        if let best = trial.best {
            let path = folder.checkpointPath(trial: trial.number, .best)
            self = isThere(path, best) ? .stored(path) : .missing(path)
            return
        }
        // A program's checkpoint folder is all that there is of its model.
        let archive = folder.keepingLast(as: .tar).checkpointPath(trial: trial.number, .last)
        if trial.isOver, let last = trial.last, isThere(archive, last) {
            self = .stored(archive)
            return
        }
        self = trial.bestRemoval.map(ModelFile.givenUp) ?? .none
    }

    /// The path of an existing model.
    var path: String? { if case .stored(let path) = self { path } else { nil } }

    /// Its state in JSON: `stored`, `missing` or `given_up`; nil if there never was a model.
    var state: String? {
        switch self {
        case .none: nil
        case .stored: "stored"
        case .missing: "missing"
        case .givenUp: "given_up"
        }
    }

    /// Its path or state as text; nil if there never was a model.
    var words: String? {
        switch self {
        case .none: nil
        case .stored(let path): path
        case .missing(let path): "\(path) is missing, or has another size than was stored"
        case .givenUp(.budget): "given up for checkpoint.budget"
        case .givenUp: "given up, since it was missing or damaged"
        }
    }

    /// One line for each kind of missing model, with the numbers of the trials.
    static func notes(on trials: [TrialState], in folder: StudyFolder) -> [String] {
        let models = trials.map { ($0.number, ModelFile($0, in: folder)) }
        func line(_ isMeant: (ModelFile) -> Bool, _ one: String, _ many: String) -> String? {
            let numbers = models.filter { isMeant($0.1) }.map { String($0.0) }
            guard let first = numbers.first else { return nil }
            guard numbers.count > 1 else { return "trial \(first): \(one)" }
            let rest = numbers.count > 20 ? ", and \(numbers.count - 20) more" : ""
            return "trials \(numbers.prefix(20).joined(separator: ", "))\(rest): \(many)"
        }
        return [
            line(
                { if case .missing = $0 { true } else { false } },
                "its best.h5 is missing, or has another size than was stored",
                "their best.h5 are missing, or have other sizes than were stored"),
            line(
                { $0 == .givenUp(.budget) }, "its model was given up for checkpoint.budget",
                "their models were given up for checkpoint.budget"),
            line(
                { $0 == .givenUp(.damaged) }, "its model was given up, since it was missing or damaged",
                "their models were given up, since they were missing or damaged"),
        ].compactMap { $0 }
    }
}
