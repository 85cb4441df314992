import Experiments
package import Studies
internal import Files
internal import Glibc

/// Where the parts of a study lie on disk. The folder is made with the first thing that is written into it.
package struct StudyFolder: Hashable, Sendable {
    /// Without a slash at its end, unless it is the root.
    package let path: String
    /// The folder's descriptor, where it is held.
    let held: HeldFolder?
    private var lastFormat = LastFormat.hdf5

    /// What a trial's `last` checkpoint is.
    package enum LastFormat: String, Hashable, Sendable {
        /// Winnow's own training's.
        case hdf5 = "h5"
        /// The archive of a program's checkpoint folder.
        case tar
    }

    package init(_ path: String) {
        var path = Substring(path.isEmpty ? "." : path)
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = String(path)
        held = nil
    }

    private init(_ held: HeldFolder) {
        path = held.path
        self.held = held
    }

    // MARK: By descriptor

    /// The folder that is there now, by its descriptor: what is done through the result stays in it, also when it is
    /// moved, removed or replaced.
    ///
    /// - Throws: ``StudyStoreError`` with the `errno` where it cannot be opened.
    package func holding() throws(StudyStoreError) -> StudyFolder { StudyFolder(try HeldFolder(path)) }

    /// Compares a held folder with what its path leads to; to be called before each publication.
    ///
    /// - Throws: ``StudyStoreError`` with `.folderReplaced` where they differ, with the `errno` where that cannot be told.
    package func check() throws(StudyStoreError) { try held?.check() }

    /// Whether this process's user owns the held folder.
    package var isOwn: Bool { held?.isOwn ?? false }

    /// What names of files in it begin with: the path, or what stands for a held folder's descriptor.
    package var root: String { held?.access ?? path }

    /// A path that begins with ``root`` as the user knows it.
    package static func shown(_ path: String) -> String { HeldFolder.shown(path) }

    // MARK: Its files

    static let lockName = "lock"
    package var lockPath: String { "\(root)/\(StudyFolder.lockName)" }
    /// The experiment file as it was given.
    package var experimentPath: String { "\(root)/experiment.yaml" }
    /// The experiment file with every default filled in.
    package var resolvedPath: String { "\(root)/resolved.yaml" }
    package var journalFolder: String { "\(root)/\(StudyFolder.journalName)" }
    static let journalName = "journal"
    package var studyFilePath: String { "\(root)/study.h5" }

    package func trialFolder(_ trial: Int) -> String { "\(root)/\(StudyFolder.relativeTrialFolder(trial))" }

    package func checkpointPath(trial: Int, _ kind: StoredFile.Kind) -> String {
        "\(trialFolder(trial))/\(kind.rawValue).\(suffix(kind))"
    }

    package func keepingLast(as format: LastFormat) -> StudyFolder {
        var folder = self
        folder.lastFormat = format
        return folder
    }

    private func suffix(_ kind: StoredFile.Kind) -> String {
        kind == .last ? lastFormat.rawValue : LastFormat.hdf5.rawValue
    }

    /// A checkpoint's path as it stands in study.h5: `trials/00042/best.h5`.
    package static func relativeCheckpointPath(trial: Int, _ kind: StoredFile.Kind) -> String {
        "\(relativeTrialFolder(trial))/\(kind.rawValue).h5"
    }

    private static let trialsName = "trials"

    private static func relativeTrialFolder(_ trial: Int) -> String {
        let digits = String(trial)
        return "\(trialsName)/" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Where the newest checkpoint but one is kept: a `last` to go on from where the newest is damaged, a `best` until the
    /// newest one's record is durable.
    package func previousCheckpointPath(trial: Int, _ kind: StoredFile.Kind = .last) -> String {
        "\(trialFolder(trial))/\(kind.rawValue).previous.\(suffix(kind))"
    }

    /// Where a worker that shares the folder puts a whole checkpoint, for the coordinator to verify and to rename.
    package func incomingPath(_ id: AttemptID, _ kind: StoredFile.Kind) -> String {
        "\(trialFolder(id.trial))/\(StudyFolder.incomingPrefix)\(id.attempt)-\(kind.rawValue).h5"
    }

    static let incomingPrefix = ".incoming-"
    static let noncePrefix = ".shared-"

    /// Makes the folder where it is missing.
    package func create() throws(StudyStoreError) { try Folder.create(path) }

    /// Makes the folder of one trial where it is missing, for what may be lost in a crash.
    package func createTrialFolder(_ trial: Int) throws(StudyStoreError) {
        try Folder.create(trialFolder(trial), durably: false)
    }

    /// Makes the folder of one trial where it is missing; whoever made it, it outlives a crash from now on.
    package func createDurableTrialFolder(_ trial: Int) throws(StudyStoreError) {
        try Folder.create(trialFolder(trial))
        try Folder.synchronize(Folder.parent(of: trialFolder(trial)))
        // The folder of all trials may be new as well.
        try Folder.synchronize(root)
        try held?.remember(StudyFolder.trialsName)
    }

    /// Removes what a killed process left half written, and what was meant for the coordinator before. To be called by
    /// the one who holds the lock.
    func removeLeftovers() throws(StudyStoreError) {
        let trials = try Folder.names(in: "\(root)/\(StudyFolder.trialsName)") ?? []
        for folder in [root, journalFolder] + trials.map({ "\(root)/\(StudyFolder.trialsName)/\($0)" }) {
            for name in try Folder.names(in: folder) ?? [] where StudyFolder.isLeftover(name) {
                try Folder.remove("\(folder)/\(name)")
            }
        }
    }

    /// Whether a file of this name is what a process that was killed left half written.
    package static func isLeftover(_ name: String) -> Bool {
        name.hasSuffix(partialFileSuffix) || name.hasPrefix(incomingPrefix) || name.hasPrefix(noncePrefix)
    }
}

/// Reads the texts that every study has.
package enum StoredText {
    /// - Throws: ``StudyStoreError`` with `.noStudy` where the file is missing, or with the `errno`.
    package static func read(_ path: String, of folder: StudyFolder) throws(StudyStoreError) -> String {
        do {
            return String(decoding: try StoredBytes.read(path), as: UTF8.self)
        } catch  where error.systemError == ENOENT || error.systemError == ENOTDIR {
            throw StudyStoreError(.noStudy, path: folder.path)
        }
    }
}
