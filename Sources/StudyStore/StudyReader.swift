import Experiments
package import Studies

/// A study as it is on disk, for those who only look: it takes no lock and writes nothing, and may be used while a
/// coordinator is at work.
package struct StudyReader: Sendable {
    package let folder: StudyFolder
    /// The experiment file as it was given.
    package let experiment: String
    /// The same with every default filled in.
    package let resolved: String
    /// The sum of all records that were durable when it was read.
    package let state: StudyState

    /// - Throws: ``StudyStoreError``: `.noStudy` where the folder holds no experiment file, `.damaged`,
    ///   `.contradiction`, or `.system` with the `errno`.
    package init(_ folder: StudyFolder) throws(StudyStoreError) {
        self.folder = folder
        experiment = try StoredText.read(folder.experimentPath, of: folder)
        resolved = try StoredText.read(folder.resolvedPath, of: folder)
        state = try StudyState(replaying: folder)
    }
}

extension StudyState {
    /// The sum of the records that a study's journal holds; nothing is written.
    ///
    /// - Throws: ``StudyStoreError`` as ``Journal/read(_:)`` does, or with `.contradiction`.
    package init(replaying folder: StudyFolder) throws(StudyStoreError) {
        self = try ReplayedStudy.replay(folder).replayed.state
    }

    /// The sum of a journal's records.
    ///
    /// - Throws: ``StudyStoreError`` with `.contradiction` where they do not follow from one another.
    package init(replaying records: [JournalRecord], of folder: StudyFolder) throws(StudyStoreError) {
        self.init()
        for record in records {
            try add(record, of: folder)
        }
    }

    /// Adds a record that was found in a study's journal.
    ///
    /// - Throws: ``StudyStoreError`` with `.contradiction` where it does not follow from those before it.
    package mutating func add(_ record: JournalRecord, of folder: StudyFolder) throws(StudyStoreError) {
        do {
            try apply(record)
        } catch {
            throw StudyStoreError(.contradiction(error), path: folder.journalFolder)
        }
    }
}
