extension SampleSource {
    /// The samples of each class, for the weighted sampler.
    ///
    /// - Throws: ``TrainingError`` with `unfitRecipe` where there are target values instead, or for a class without
    ///   samples; with `unfitSamples` for a class that does not exist.
    package func membersOfClasses() throws(TrainingError) -> [[Int]] {
        guard case .classification(let classes) = task else {
            throw .unfitRecipe("weighted sampling needs classes, but the samples have target values")
        }
        var members = [[Int]](repeating: [], count: classes)
        for (sample, label) in gatherClasses().enumerated() {
            guard members.indices.contains(Int(label)) else {
                throw .unfitSamples("sample \(sample) has the class \(label), which is not in 0..<\(classes)")
            }
            members[Int(label)].append(sample)
        }
        if let empty = members.firstIndex(where: \.isEmpty) {
            throw .unfitRecipe("weighted sampling needs samples of every class, but class \(empty) has none")
        }
        return members
    }

    /// The classes of all samples. Features come along: that costs one pass over the samples.
    private func gatherClasses() -> [Int32] {
        let size = 256
        let batch = SampleBatch(capacity: size, featureCount: featureCount, task: task)
        let all = Array(0..<count)
        return stride(from: 0, to: count, by: size).flatMap { start in
            batch.gather(all[start..<min(start + size, count)], step: 0, from: self)
            guard case .classes(let classes) = batch.targets else { return [Int32]() }
            return Array(classes.prefix(batch.count))
        }
    }
}
