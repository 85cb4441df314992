package import Experiments

/// A study as the sum of its journal's records, and how it was reached.
package struct ReplayedStudy: Sendable {
    package let state: StudyState
    /// Records that no snapshot covered.
    package let replayedRecords: Int
    /// Why a snapshot that is there was not used; nil where it was, or there is none.
    package let snapshotNote: String?
    private let extent: JournalExtent

    static func replay(_ folder: StudyFolder) throws(StudyStoreError) -> (replay: JournalReplay, replayed: Self) {
        var note: String?
        do throws(StudyStoreError) {
            if let snapshot = try StudySnapshot.newest(in: folder) {
                let result = try replay(folder, after: snapshot, note: nil)
                if result.replay.fitsSnapshot { return result }
                note = "the snapshot is of another journal"
            }
        } catch {
            guard case .invalidSnapshot = error.code else { throw error }
            note = error.description
        }
        return try replay(folder, after: nil, note: note)
    }

    private static func replay(
        _ folder: StudyFolder, after snapshot: StudySnapshot?, note: String?
    ) throws(StudyStoreError) -> (replay: JournalReplay, replayed: Self) {
        var state = snapshot?.state ?? StudyState()
        let replay = try JournalReplay(folder.journalFolder, after: snapshot?.extent) {
            record throws(StudyStoreError) in
            try state.add(record, of: folder)
        }
        let replayed = ReplayedStudy(
            state: state, replayedRecords: replay.count, snapshotNote: note, extent: replay.extent)
        return (replay, replayed)
    }

    /// Whether the next start would be noticeably faster with a snapshot of this.
    package var isWorthASnapshot: Bool { replayedRecords >= 50_000 }

    /// Writes a snapshot; where that fails, the next start replays the journal, and nothing is lost.
    package func writeSnapshot(in folder: StudyFolder) {
        try? StudySnapshot(extent: extent, state: state).write(in: folder)
    }
}
