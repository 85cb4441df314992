package import Experiments
internal import Glibc

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
        experiment = try StudyReader.text(folder.experimentPath, in: folder)
        resolved = try StudyReader.text(folder.resolvedPath, in: folder)
        state = try StudyState(replaying: Journal.read(folder), of: folder)
    }

    private static func text(_ path: String, in folder: StudyFolder) throws(StudyStoreError) -> String {
        do {
            return String(decoding: try Descriptor(opening: path, O_RDONLY).readAll(), as: UTF8.self)
        } catch  where error.systemError == ENOENT || error.systemError == ENOTDIR {
            throw StudyStoreError(.noStudy, path: folder.path)
        }
    }
}

extension StudyState {
    /// The sum of a journal's records.
    ///
    /// - Throws: ``StudyStoreError`` with `.contradiction` where they do not follow from one another.
    package init(replaying records: [JournalRecord], of folder: StudyFolder) throws(StudyStoreError) {
        self.init()
        for record in records {
            do {
                try apply(record)
            } catch {
                throw StudyStoreError(.contradiction(error), path: folder.journalFolder)
            }
        }
    }
}
