internal import Glibc

/// The right to write to a study, which one process has at a time.
///
/// It is an advisory lock (`flock(2)`) on the file `lock`: the kernel gives it back when the process ends, however it
/// ends, and close-on-exec keeps it from the processes that it starts. The file says who holds it, and as which
/// generation: a number that grows with every start.
package final class StudyLock {
    package let generation: Int
    /// The folder that is locked, by its descriptor: whoever writes to the study does it through this.
    package let folder: StudyFolder
    /// Never read again: the lock lasts as long as the descriptor.
    private let file: Descriptor

    /// Takes the lock, makes the folder where it is missing, and removes what a killed holder left half written.
    ///
    /// The folder's path has to lead to it, and to this lock, for as long as the study is written to:
    /// ``StudyFolder/check()``.
    /// - Throws: ``StudyStoreError`` with `.locked` where another process holds it, `.damaged` where the file does not
    ///   say which generation was the last.
    package init(_ folder: StudyFolder) throws(StudyStoreError) {
        try folder.create()
        let folder = try folder.holding()
        self.folder = folder
        let path = folder.lockPath
        file = try Descriptor(opening: path, O_RDWR | O_CREAT)
        let isLocked = try file.lock()
        let holder = try LockHolder(file.readAll(), path: path)
        guard isLocked else {
            throw StudyStoreError(.locked(pid: holder?.pid ?? 0, host: holder?.host ?? "an unknown host"), path: path)
        }
        try folder.held?.remember(file, as: StudyFolder.lockName)
        // Another may have removed the folder between its opening and its lock.
        try folder.check()
        generation = (holder?.generation ?? 0) + 1
        // In place and always of the same length: the file must stay the one that is locked, and must never be empty.
        try file.write(LockHolder.current(generation: generation).bytes, at: 0)
        try file.synchronize()
        try Folder.synchronize(folder.root)
        try folder.removeLeftovers()
    }
}
