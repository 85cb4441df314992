internal import Files
internal import Glibc
internal import Synchronization

/// A study's folder by its descriptor: what is written through it stays in that folder, whatever its path leads to later.
///
/// Files in it are named `/proc/self/fd/7/journal` (proc(5)), which every system call takes; errors name them by the
/// path that the user knows.
final class HeldFolder: Sendable {
    /// As the user wrote it.
    let path: String
    /// What names in the folder begin with.
    let access: String
    /// Whether this process's user owns the folder.
    let isOwn: Bool
    private let directory: OpenFile
    private let identity: FileIdentity
    /// Files that prove that the folder is the one: their names, and which files they were.
    private let witnesses = Mutex<[String: FileIdentity]>([:])
    /// The users' paths, by what stands for them.
    private static let shownPaths = Mutex<[String: String]>([:])

    /// - Throws: ``StudyStoreError`` with the `errno` where the folder cannot be opened.
    init(_ path: String) throws(StudyStoreError) {
        directory = try OpenFile(path, O_RDONLY | O_DIRECTORY)
        let identity = try directory.identity()
        self.identity = identity
        self.path = path
        isOwn = directory.isOwn
        let access = "\(Self.prefix)\(directory.descriptor)"
        // Without /proc the path itself has to do: it is compared before each publication all the same.
        let isReachable = (try? Folder.identity(of: access)) == identity
        self.access = isReachable ? access : path
        if isReachable { Self.shownPaths.withLock { $0[access] = path } }
    }

    deinit {
        Self.shownPaths.withLock { $0[access] = nil }
    }

    /// Also compares the file of this name from now on: it is there for as long as the folder is this study's.
    func remember(_ file: borrowing OpenFile, as name: String) throws(StudyStoreError) {
        let identity = try file.identity()
        witnesses.withLock { $0[name] = identity }
    }

    /// The same for what stands at the name now, unless that is remembered already.
    func remember(_ name: String) throws(StudyStoreError) {
        guard witnesses.withLock({ $0[name] == nil }), let identity = try Folder.identity(of: "\(access)/\(name)")
        else {
            return
        }
        witnesses.withLock { $0[name] = identity }
    }

    /// Whether the path still leads to this folder, and the files in it are those that were put there.
    ///
    /// - Throws: ``StudyStoreError`` with `.folderReplaced` where it does not, with the `errno` where that cannot be told.
    func check() throws(StudyStoreError) {
        guard try Folder.identity(of: path) == identity else { throw StudyStoreError(.folderReplaced, path: path) }
        for (name, file) in witnesses.withLock({ $0 }) {
            guard try Folder.identity(of: "\(path)/\(name)") == file else {
                throw StudyStoreError(.folderReplaced, path: path)
            }
        }
    }

    private static let prefix = "/proc/self/fd/"

    /// A path as the user knows it.
    static func shown(_ path: String) -> String {
        guard path.hasPrefix(prefix) else { return path }
        let access = prefix + path.dropFirst(prefix.count).prefix { $0 != "/" }
        return shownPaths.withLock { $0[access] }.map { $0 + path.dropFirst(access.count) } ?? path
    }
}

/// Two are the same where they are one: each has a descriptor of its own.
extension HeldFolder: Hashable {
    static func == (one: HeldFolder, other: HeldFolder) -> Bool { one === other }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
