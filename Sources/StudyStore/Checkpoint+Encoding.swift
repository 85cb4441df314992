internal import Experiments
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
    String(decoding: try PortableJSON.encode(value), as: UTF8.self)
}
