package import Datasets
package import Experiments
import Prediction
import Studies
import Hashing
import StudyStore

/// Everything on this machine that a study's trials read, and the names under which a coordinator serves it.
package enum TravellingFiles {
    /// - Parameter folder: where relative paths of the experiment file start from.
    /// - Throws: `DatasetError` where one of the data's files is missing, ``WorkerError`` where a given model is.
    package static func list(_ experiment: Experiment, folder: String) throws -> [SourceFile] {
        if case .command(let program) = experiment.program { return try ProgramFiles.list(program.files, in: folder) }
        let data = try DataSource(experiment.builtIn.data, folder: folder).files()
        return try data
            + models(experiment).map { model in
                let place = TrialData.path(model.path, in: folder)
                do {
                    let digest = SHA256Digest.hexadecimal(of: try StoredBytes.read(place))
                    return SourceFile(path: place, name: TravellingModel.name(of: model.path, digest: digest))
                } catch {
                    throw WorkerError.givenModel(GivenModelFile(use: model.use, path: place), "\(error)")
                }
            }
    }

    /// What the trials call the models that they read: the experiment's own, and those that are searched over.
    private static func models(_ experiment: Experiment) -> [GivenModelFile] {
        var models = experiment.modelFiles
        for parameter in experiment.search.parameters {
            guard let use = GivenModelFile.Use(rawValue: parameter.path), case .values(let values) = parameter.domain
            else { continue }
            for case .string(let path) in values { models.append(GivenModelFile(use: use, path: path)) }
        }
        // One file may be both.
        var paths: Set<String> = []
        return models.filter { paths.insert($0.path).inserted }.sorted { $0.path < $1.path }
    }
}

/// How a checkpoint that the trials are given travels with the data: under a name made of what the experiment file
/// calls it, as that may be any path, and of its bytes, as another study may call another one so.
package enum TravellingModel {
    /// Not of teachers alone, but a part of the protocol.
    private static let folder = "teachers"

    /// - Parameters:
    ///   - path: as the experiment file has it.
    ///   - digest: the SHA-256 of the file's bytes.
    package static func name(of path: String, digest: String) -> String { "\(prefix(of: path))\(digest).h5" }

    /// What all names of the models at this path begin with.
    static func prefix(of path: String) -> String {
        "\(folder)/\(SHA256Digest.hexadecimal(of: Array(path.utf8)).prefix(16))-"
    }

    static func isModel(_ name: String) -> Bool { name.hasPrefix("\(folder)/") }
}
