internal import Experiments
internal import HDF5

extension Checkpoint {
    /// Reads a checkpoint from the bytes of an HDF5 file.
    ///
    /// - Throws: ``StudyStoreError``: `.hdf5` with the path of what is missing or of another type, `.unknownVersion`,
    ///   `.invalidCheckpoint` where a value makes no sense.
    package init(decoding bytes: [UInt8]) throws(StudyStoreError) {
        self = try StudyStoreError.unify { try Checkpoint(reading: File.open(image: bytes).root) }
    }

    private init(reading root: Group) throws {
        let format = try root.attribute(CheckpointLayout.Key.format, as: String.self)
        guard format == CheckpointLayout.format else {
            throw StudyStoreError(.invalidCheckpoint("its format is \"\(format)\""))
        }
        let version = try root.attribute(CheckpointLayout.Key.version, as: Int32.self)
        guard version == CheckpointLayout.version else { throw StudyStoreError(.unknownVersion("\(version)")) }
        let kind = try root.attribute(CheckpointLayout.Key.kind, as: String.self)
        guard let kind = StoredFile.Kind(rawValue: kind) else {
            throw StudyStoreError(.invalidCheckpoint("its kind is \"\(kind)\""))
        }
        let id = AttemptID(
            trial: Int(try root.attribute(CheckpointLayout.Key.trial, as: Int32.self)),
            attempt: Int(try root.attribute(CheckpointLayout.Key.attempt, as: Int32.self)))
        self.init(
            experiment: try root.attribute(CheckpointLayout.Key.experiment, as: String.self),
            id: id,
            seed: try readSeed(root),
            epoch: Int(try root.attribute(CheckpointLayout.Key.epoch, as: Int32.self)),
            modelState: try readArrays(root.group(CheckpointLayout.Group.model)),
            resume: kind == .last ? try Resume(reading: root, trial: id.trial) : nil)
        if kind == .last, try readSeed(root.group(CheckpointLayout.Group.random)) != seed {
            throw StudyStoreError(.invalidCheckpoint("it has two different seeds"))
        }
    }
}

extension Checkpoint.Resume {
    fileprivate init(reading root: Group, trial: Int) throws {
        let random = try root.group(CheckpointLayout.Group.random)
        let generator = try random.attribute(CheckpointLayout.Key.generator, as: String.self)
        guard generator == CheckpointLayout.generator else {
            throw StudyStoreError(.invalidCheckpoint("its random numbers are those of \"\(generator)\""))
        }
        let schedule = try root.group(CheckpointLayout.Group.schedule)
        // Checkpoints from before there were schedules have no state of one.
        let isScheduled = try schedule.hasAttribute(CheckpointLayout.Key.learningRate)
        // Those from before there were techniques that count, or teachers, have none.
        let counts = try schedule.hasAttribute(CheckpointLayout.Key.tallies)
        let stops = try schedule.hasAttribute(CheckpointLayout.Key.earlyStopping)
        self.init(
            optimizerState: try readArrays(root.group(CheckpointLayout.Group.optimizer)),
            bestState: try root.contains(CheckpointLayout.Group.best)
                ? readArrays(root.group(CheckpointLayout.Group.best)) : nil,
            stepCount: try readCount(schedule, CheckpointLayout.Key.stepCount),
            position: Checkpoint.Position(
                epoch: Int(try schedule.attribute(CheckpointLayout.Key.epoch, as: Int32.self)),
                step: Int(try schedule.attribute(CheckpointLayout.Key.step, as: Int32.self)),
                lossSum: try schedule.attribute(CheckpointLayout.Key.lossSum, as: Double.self),
                sampleCount: try readCount(schedule, CheckpointLayout.Key.sampleCount),
                tallies: counts ? try readJSON(schedule, CheckpointLayout.Key.tallies) : .init()),
            stage: try readStage(schedule),
            pseudoLabels: try root.contains(CheckpointLayout.pseudoLabels)
                ? root.read(CheckpointLayout.pseudoLabels, as: Int32.self).values : nil,
            selection: try readJSON(schedule, CheckpointLayout.Key.selection),
            earlyStopping: stops ? try readJSON(schedule, CheckpointLayout.Key.earlyStopping) : nil,
            schedule: isScheduled ? try readJSON(schedule, CheckpointLayout.Key.learningRate) : .init(),
            elapsedSeconds: try schedule.attribute(CheckpointLayout.Key.elapsed, as: Double.self),
            history: try HistoryColumns(reading: root.group(CheckpointLayout.Group.history)).rows(trial: trial))
    }
}

private func readArrays(_ group: Group) throws -> [NamedArray] {
    try group.names().map { name in
        let (values, shape) = try group.read(name, as: Float.self)
        return NamedArray(name: name, shape: shape, values: values)
    }
}

private func readSeed(_ group: Group) throws -> UInt64 {
    let text = try group.attribute(CheckpointLayout.Key.seed, as: String.self)
    guard let seed = UInt64(text) else {
        throw StudyStoreError(.invalidCheckpoint("\(group.path)@\(CheckpointLayout.Key.seed) is \"\(text)\""))
    }
    return seed
}

private func readStage(_ group: Group) throws -> Checkpoint.Stage {
    guard try group.hasAttribute(CheckpointLayout.Key.stage) else { return .model }
    let text = try group.attribute(CheckpointLayout.Key.stage, as: String.self)
    guard let stage = Checkpoint.Stage(rawValue: text) else {
        throw StudyStoreError(.invalidCheckpoint("its stage is \"\(text)\""))
    }
    return stage
}

private func readCount(_ group: Group, _ key: String) throws -> Int {
    let number = try group.attribute(key, as: Double.self)
    guard let count = Int(exactly: number), count >= 0 else {
        throw StudyStoreError(.invalidCheckpoint("\(group.path)@\(key) is \(number)"))
    }
    return count
}

private func readJSON<Value: Decodable>(_ group: Group, _ key: String) throws -> Value {
    let text = try group.attribute(key, as: String.self)
    do {
        return try PortableJSON.decode(Value.self, from: Array(text.utf8))
    } catch {
        throw StudyStoreError(.invalidCheckpoint("\(group.path)@\(key) is \"\(text)\": \(error)"))
    }
}
