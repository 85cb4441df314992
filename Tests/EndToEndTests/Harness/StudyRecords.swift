import Studies
import Foundation
import StudyStore

/// The journal of a study, as a test looks at it.
struct StudyRecords {
    /// All bytes of all segments, in order.
    let bytes: Data
    let state: StudyState
    /// How many epochs were ever recorded, superseded ones too.
    let trainedEpochs: Int
    /// How each attempt that did not finish its trial ended, as one line.
    let endings: [String]

    init(of study: String) throws {
        let folder = StudyFolder(study)
        let segments = try FileManager.default.contentsOfDirectory(atPath: folder.journalFolder).sorted()
        bytes = try segments.reduce(Data()) {
            try $0 + Data(contentsOf: URL(fileURLWithPath: "\(folder.journalFolder)/\($1)"))
        }
        let records = try Journal.read(folder)
        state = try StudyState(replaying: records, of: folder)
        endings = records.compactMap { record in
            guard case .attemptEnded(let body) = record else { return nil }
            return "\(body.id): \(body.reason) \(body.detail ?? "")"
        }
        trainedEpochs = records.count {
            if case .epochFinished = $0 { true } else { false }
        }
    }

    var attempts: [Int] { state.trials.map(\.attempt) }
    var lostAttempts: Int { state.trials.reduce(0) { $0 + $1.lostAttempts } }
    var epochs: [Int] { state.trials.map(\.history.count) }
}
