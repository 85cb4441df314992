import TestSupport

/// What a study came to, bit for bit: every column of its `study.h5` and every array of the models it kept, each as a
/// SHA-256 of the raw bytes, read by h5py.
///
/// Left out is what may differ between two equal studies: clocks, worker names and the attempts' numbers.
struct StudyFingerprint: Equatable, Sendable {
    /// By name: `history/train_loss`, `trials/test_loss`, `model/00003/0.weight`.
    private let digests: [String: String]

    init(of study: String) throws {
        self = try Self.all(of: [study])[0]
    }

    private init(digests: [String: String]) {
        self.digests = digests
    }

    /// Those of many studies, read by one Python: most of its time goes into its start.
    static func all(of studies: [String]) throws -> [StudyFingerprint] {
        var digests = [[String: String]](repeating: [:], count: studies.count)
        for line in try Python.run(script, arguments: studies).split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            digests[Int(parts[0])!][parts[1]] = parts[2]
        }
        return digests.map(StudyFingerprint.init)
    }

    var names: Set<String> { Set(digests.keys) }

    /// The names of what is not the same in both, or only in one of them.
    func differences(from other: StudyFingerprint) -> [String] {
        names.union(other.names).filter { digests[$0] != other.digests[$0] }.sorted()
    }

    private static let script = """
        import glob, hashlib, os, sys
        import h5py

        unstable = {"attempt", "attempts", "lost_attempts", "worker", "started", "duration_s", "elapsed_s"}

        def show(index, name, dataset):
            kind = f"{dataset.dtype.str}{dataset.shape}".encode()
            print(index, name, hashlib.sha256(kind + dataset[()].tobytes()).hexdigest())

        for index, study in enumerate(sys.argv[1:]):
            with h5py.File(os.path.join(study, "study.h5")) as file:
                for table in ("trials", "history", "confusion", "reliability"):
                    for name in file.get(table, ()):
                        if name not in unstable:
                            show(index, f"{table}/{name}", file[table][name])
            for path in glob.glob(os.path.join(study, "trials", "*", "best.h5")):
                trial = os.path.basename(os.path.dirname(path))
                with h5py.File(path) as file:
                    for name in file["model_state"]:
                        show(index, f"model/{trial}/{name}", file["model_state"][name])
        """
}
