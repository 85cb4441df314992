import Experiments
import Glibc

/// What a worker has left in its spool, as nobody took it before the worker ended: the newest checkpoint of each trial, for
/// the next worker of the study on this machine to go on from.
struct KeptWork: Hashable, Codable {
    struct Entry: Hashable, Codable {
        var id: AttemptID
        /// SHA-256 of the data that the trial was trained with.
        var data: String
        /// The `last` checkpoint's name in the spool.
        var file: String
        var sha256: String
        var size: Int
    }

    var worker: String
    /// The study as its coordinator called it.
    var study: String
    var entries: [Entry]

    /// The file in a spool that says so.
    static let name = "kept.json"
    /// After so many seconds nobody is expected to come for it.
    static let lifetime = 7 * 24 * 3600

    /// What stands in an abandoned spool; nil where nothing was kept, or for too long.
    init?(in folder: String) {
        var status = stat()
        guard stat("\(folder)/\(Self.name)", &status) == 0, time(nil) - status.st_mtim.tv_sec < Self.lifetime,
            let file = try? OpenFile("\(folder)/\(Self.name)", O_RDONLY),
            let bytes = try? file.read(from: 0, count: min(Int(status.st_size), 16 << 20)),
            let work = try? PortableJSON.decode(KeptWork.self, from: bytes)
        else { return nil }
        self = work
    }

    init(worker: String, study: String, entries: [Entry]) {
        self.worker = worker
        self.study = study
        self.entries = entries
    }

    /// The spools that dead workers of this machine have left with something in them.
    static func all(in parent: String, host: String) -> [(folder: String, work: KeptWork)] {
        FileTree.names(in: parent).filter { $0.hasPrefix("winnow-\(host)-") }.sorted().compactMap { name in
            KeptWork(in: "\(parent)/\(name)").map { ("\(parent)/\(name)", $0) }
        }
    }
}
