import Foundation
import TestSupport

/// A folder with keys for a coordinator and some workers, and the commands that use them.
struct KeyedStudy {
    let folder: TemporaryDirectory
    /// The file of those who are let in.
    let list: String

    /// - Parameter authorized: the names of the keys that are let in; others are made, too.
    init(_ experiment: String, keys: [String], authorized: [String]) async throws {
        folder = try TemporaryDirectory()
        list = folder.file("workers.pub")
        try folder.write(experiment, to: "experiment.yaml")
        for name in ["coordinator"] + keys {
            let made = try await Winnow.run("keygen", name, in: folder)
            guard made.status == 0 else { throw UnexpectedEnd(made) }
        }
        try authorize(authorized)
    }

    /// Lets in whom `names` says, and nobody else; as an editor would, by a new file.
    func authorize(_ names: [String]) throws {
        let keys = try names.map { try String(contentsOfFile: folder.file("\($0).pub"), encoding: .utf8) }
        try Data(keys.joined().utf8).write(to: URL(fileURLWithPath: list), options: .atomic)
    }

    func coordinator(_ words: String...) throws -> RunningWinnow {
        try RunningWinnow(
            [
                "coordinator", "experiment.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study", "--key",
                "coordinator.key", "--authorized-workers", "workers.pub",
            ] + words, in: folder)
    }

    func worker(
        _ address: String, key: String, coordinator: String = "coordinator.pub", timeout: Int = 30,
        slowMotion: SlowMotion? = nil
    ) throws -> RunningWinnow {
        try RunningWinnow(
            [
                "worker", address, "--key", "\(key).key", "--coordinator-key", coordinator, "--connect-timeout",
                "\(timeout)",
            ], in: folder, environment: slowMotion?.environment ?? [:])
    }
}
