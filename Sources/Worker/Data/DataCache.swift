import Datasets
package import Experiments
import Prediction
import Studies
import Files
import Hashing
import StudyStore
import Synchronization
package import Schema

/// The data of the trials that this process trains: found or fetched, then read, split and scaled once, and shared by its
/// slots.
///
/// They are looked for in the local folder first, where relative paths of the experiment file lead; then in the store of
/// what was fetched.
package final class DataCache: Sendable {
    /// All that shared-out and scaled data depend on: neither the batches' size nor the augmentation is of it, and
    /// trials that differ in those alone share the same memory.
    private struct Key: Hashable {
        var source: DataSourceDescription
        var split: SplitDescription
        var imbalance: [Int]?
        var labelled: LabelledDescription?
        var scale: ScaleDescription
        var scaleTarget: Bool
        var seed: UInt64

        init(_ experiment: Experiment) {
            let data = experiment.builtIn.data
            source = data.source
            split = data.split
            imbalance = data.imbalance
            labelled = data.labelled
            scale = data.scale
            scaleTarget = data.scaleTarget
            seed = experiment.seed
        }
    }

    private struct LocalKey: Hashable {
        var source: DataSourceDescription
        var digest: String
    }

    private struct ModelKey: Hashable {
        var path: String
        var digest: String
    }

    private struct State {
        var known: [Key: PreparedData] = [:]
        /// Whether the files here are the data of that digest; each is read once to find out.
        var isLocal: [LocalKey: Bool] = [:]
        /// What trials that wait call the models that they are given.
        var wanted: Set<ModelKey> = []
        /// Where those are.
        var models: [ModelKey: String] = [:]
    }

    let folder: String
    package let store: DataStore?
    private let state = Mutex(State())
    /// Held while data are read, so that no two slots read the same.
    private let reading = Mutex(())

    /// - Parameters:
    ///   - folder: where relative paths start from.
    ///   - store: where data are kept that have to be fetched; nil where they are not.
    package init(folder: String, store: DataStore? = nil) {
        self.folder = folder
        self.store = store
    }

    /// The data of an experiment, from wherever on this machine they are.
    ///
    /// - Parameter digest: what the study began with.
    /// - Throws: ``WorkerError`` where there are only others, and what is wrong with the experiment's share of them.
    func data(for experiment: Experiment, digest: String) throws -> TrialData {
        try TrialData(experiment, prepared: prepared(for: experiment, digest: digest), folder: folder)
    }

    private func prepared(for experiment: Experiment, digest: String) throws -> PreparedData {
        let key = Key(experiment)
        func known() -> PreparedData? {
            state.withLock { $0.known[key] }.flatMap { $0.digest == digest ? $0 : nil }
        }
        if let data = known() { return data }
        return try reading.withLock { _ in
            if let data = known() { return data }
            guard let dataset = try local(experiment, digest: digest) ?? fetched(experiment, digest: digest) else {
                throw WorkerError.otherData(DataSource(experiment.builtIn.data, folder: folder).name)
            }
            let data = try TrialData.prepare(dataset, for: experiment)
            state.withLock { $0.known[key] = data }
            return data
        }
    }

    private func local(_ experiment: Experiment, digest: String) throws -> Dataset? {
        let key = LocalKey(source: experiment.builtIn.data.source, digest: digest)
        if state.withLock({ $0.isLocal[key] }) == false { return nil }
        // With a store to fall back on it does not matter what is wrong with them: they are not the study's.
        let dataset = store == nil ? try read(experiment) : try? read(experiment)
        let isRight = dataset?.digest == digest
        state.withLock { $0.isLocal[key] = isRight }
        return isRight ? dataset : nil
    }

    private func read(_ experiment: Experiment) throws -> Dataset {
        try DataSource(experiment.builtIn.data, folder: folder).load()
    }

    private func fetched(_ experiment: Experiment, digest: String) throws -> Dataset? {
        guard let store, store.isWhole(digest) else { return nil }
        let place = store.folder(of: digest)
        let source = DataSource(experiment.builtIn.data, folder: folder).relocated(to: place)
        let dataset = try? source.load(from: DataLibrary(folders: [place]))
        guard dataset?.digest == digest else {
            store.distrust(digest)
            return nil
        }
        return dataset
    }

    // MARK: Getting ready

    /// Whether a trial's data are on this machine; reads them, where they are.
    ///
    /// - Throws: ``DataStoreError`` where the store cannot be used.
    package func find(_ experiment: Experiment, digest: String) throws(DataStoreError) -> DataPresence {
        if case .command(let program) = experiment.program { return try findProgram(program, digest: digest) }
        guard let store else { return .here }
        let hasModels = findModels(experiment, digest: digest)
        do {
            _ = try data(for: experiment, digest: digest)
            if hasModels { return .here }
        } catch WorkerError.otherData {
            // They have to be fetched.
        } catch {
            // What is wrong with them is the trial's end.
            return .here
        }
        guard try store.lock(digest) else { return .busy }
        return .missing
    }

    /// - Returns: whether nothing has to be asked for the sake of given models.
    private func findModels(_ experiment: Experiment, digest: String) -> Bool {
        let keys = experiment.modelFiles.map { ModelKey(path: $0.path, digest: digest) }
        return state.withLock { state in
            state.wanted.formUnion(keys)
            // One that the list does not have is missed by the trial itself.
            return keys.allSatisfy { state.models[$0] != nil } || store?.hasList(digest) == true
        }
    }

    /// Looks which files of a list have to be fetched.
    package func begin(_ list: CoordinatorMessage.DataFiles) throws(DataStoreError) -> [DataDownload.File] {
        guard let store else { return [] }
        let (isLocal, wanted) = state.withLock { state in
            (
                state.isLocal.contains { $0.key.digest == list.data && $0.value },
                state.wanted.filter { $0.digest == list.data }
            )
        }
        var here: Set<String> = []
        for key in wanted {
            let prefix = TravellingModel.prefix(of: key.path)
            guard let file = list.files.first(where: { $0.path.hasPrefix(prefix) }) else { continue }
            let place = TrialData.path(key.path, in: folder)
            let isRight = Folder.size(ofFile: place) == file.size && digest(of: place) == file.sha256
            if isRight { here.insert(file.path) }
            let path = isRight ? place : "\(store.folder(of: list.data))/\(file.path)"
            state.withLock { $0.models[key] = path }
        }
        return try store.begin(list) { file in
            TravellingModel.isModel(file.path) ? !here.contains(file.path) : !isLocal
        }
    }

    private func digest(of path: String) -> String? {
        (try? StoredBytes.read(path)).map { SHA256Digest.hexadecimal(of: $0) }
    }

    /// All that was missing is here.
    package func finish(_ digest: String) throws(DataStoreError) {
        let isLocal = state.withLock { $0.isLocal.contains { $0.key.digest == digest && $0.value } }
        try store?.finish(digest, isWhole: !isLocal)
    }

    /// Where a given model is, that the experiment file calls `path`.
    func givenModel(_ path: String, digest: String) -> String {
        state.withLock { $0.models[ModelKey(path: path, digest: digest)] } ?? TrialData.path(path, in: folder)
    }
}
