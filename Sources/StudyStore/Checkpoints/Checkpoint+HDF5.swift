internal import Experiments
internal import Studies
internal import HDF5

extension Checkpoint {
    /// The checkpoint as the bytes of an HDF5 file.
    ///
    /// - Throws: ``StudyStoreError`` with `.hdf5` where two arrays have one name, with `.unencodable` where a name has
    ///   a slash or a number is beyond the format.
    package func encode() throws(StudyStoreError) -> [UInt8] {
        try StudyStoreError.unify {
            let file = try File.createInMemory()
            try writeAttributes(to: file.root)
            try writeArrays(modelState, to: file.root.create(group: CheckpointLayout.Group.model))
            try preparation?.write(to: file.root.create(group: CheckpointLayout.Group.preparation))
            if let resume { try resume.write(to: file.root, seed: seed) }
            return try file.image()
        }
    }

    private func writeAttributes(to root: Group) throws {
        try root.setAttribute(CheckpointLayout.Key.format, CheckpointLayout.format)
        try root.setAttribute(CheckpointLayout.Key.version, CheckpointLayout.version)
        try root.setAttribute(
            CheckpointLayout.Key.kind, (resume == nil ? StoredFile.Kind.best : .last).rawValue)
        try root.setAttribute(CheckpointLayout.Key.experiment, experiment)
        try root.setAttribute(CheckpointLayout.Key.trial, id.trial.asInt32())
        try root.setAttribute(CheckpointLayout.Key.attempt, id.attempt.asInt32())
        // 64 bits: no reader but Python keeps them all in a number.
        try root.setAttribute(CheckpointLayout.Key.seed, String(seed))
        try root.setAttribute(CheckpointLayout.Key.epoch, epoch.asInt32())
    }
}

extension Checkpoint.Resume {
    fileprivate func write(to root: Group, seed: UInt64) throws {
        try writeArrays(optimizerState, to: root.create(group: CheckpointLayout.Group.optimizer))
        if let average {
            let group = try root.create(group: CheckpointLayout.Group.average)
            try writeArrays(average.state, to: group)
            try group.setAttribute(CheckpointLayout.Key.averageCount, Double(average.count))
        }
        if let bestState {
            try writeArrays(bestState, to: root.create(group: CheckpointLayout.Group.best))
        }
        let random = try root.create(group: CheckpointLayout.Group.random)
        try random.setAttribute(CheckpointLayout.Key.generator, CheckpointLayout.generator)
        try random.setAttribute(CheckpointLayout.Key.seed, String(seed))

        let schedule = try root.create(group: CheckpointLayout.Group.schedule)
        try schedule.setAttribute(CheckpointLayout.Key.stepCount, Double(stepCount))
        try schedule.setAttribute(CheckpointLayout.Key.epoch, position.epoch.asInt32())
        try schedule.setAttribute(CheckpointLayout.Key.step, position.step.asInt32())
        try schedule.setAttribute(CheckpointLayout.Key.lossSum, position.lossSum)
        try schedule.setAttribute(CheckpointLayout.Key.sampleCount, Double(position.sampleCount))
        try schedule.setAttribute(CheckpointLayout.Key.tallies, json(position.tallies))
        try schedule.setAttribute(CheckpointLayout.Key.stage, stage.rawValue)
        if let pseudoLabels { try root.write(CheckpointLayout.pseudoLabels, pseudoLabels) }
        try schedule.setAttribute(CheckpointLayout.Key.elapsed, elapsedSeconds)
        try schedule.setAttribute(CheckpointLayout.Key.selection, json(selection))
        if let earlyStopping {
            try schedule.setAttribute(CheckpointLayout.Key.earlyStopping, json(earlyStopping))
        }
        try schedule.setAttribute(CheckpointLayout.Key.learningRate, json(self.schedule))
        let columns = try HistoryColumns(history)
        try columns.add(
            to: Table(in: root, named: CheckpointLayout.Group.history, scale: HistoryColumns.epoch, columns.epochs))
    }
}

private func writeArrays(_ arrays: [NamedArray], to group: Group) throws {
    for array in arrays {
        guard !array.name.isEmpty, !array.name.contains("/") else {
            throw StudyStoreError(.unencodable("an array may not be named \"\(array.name)\""))
        }
        try group.write(array.name, array.values, shape: array.shape)
    }
}

private func json(_ value: some Encodable) throws -> String {
    String(decoding: try PlainJSON.encode(value), as: UTF8.self)
}

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
            preparation: try root.contains(CheckpointLayout.Group.preparation)
                ? Preparation(reading: root.group(CheckpointLayout.Group.preparation)) : nil,
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
            average: try root.contains(CheckpointLayout.Group.average)
                ? readAverage(root.group(CheckpointLayout.Group.average)) : nil,
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

private func readAverage(_ group: Group) throws -> Checkpoint.Average {
    Checkpoint.Average(
        state: try readArrays(group), count: try readCount(group, CheckpointLayout.Key.averageCount))
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
        return try PlainJSON.decode(Value.self, from: Array(text.utf8))
    } catch {
        throw StudyStoreError(.invalidCheckpoint("\(group.path)@\(key) is \"\(text)\": \(error)"))
    }
}

/// The names of a checkpoint's groups and attributes, which its encoder and its decoder share.
enum CheckpointLayout {
    static let format = "winnow-checkpoint"
    static let version: Int32 = 1
    /// The generator whose draws the seed fixes.
    static let generator = "philox4x32-10"

    enum Group {
        static let model = "model_state"
        static let preparation = "preparation"
        static let best = "best_state"
        static let optimizer = "optimizer_state"
        static let average = "average_state"
        static let random = "random_state"
        static let schedule = "schedule_state"
        static let history = "history"
    }

    /// The dataset with a teacher's labels.
    static let pseudoLabels = "pseudo_labels"

    enum Key {
        static let format = "format"
        static let version = "version"
        static let kind = "kind"
        static let experiment = "experiment"
        static let trial = "trial"
        static let attempt = "attempt"
        static let seed = "seed"
        static let epoch = "epoch"
        static let generator = "generator"
        static let averageCount = "count"
        static let stepCount = "step_count"
        static let step = "step"
        static let lossSum = "loss_sum"
        static let sampleCount = "sample_count"
        static let tallies = "tallies"
        static let stage = "stage"
        static let elapsed = "elapsed_s"
        static let selection = "selection"
        static let earlyStopping = "early_stopping"
        static let learningRate = "learning_rate"
    }
}
