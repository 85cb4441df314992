extension ExperimentFile {
    /// The values by which this experiment trains what a trial of another one was trained with.
    ///
    /// - Parameters:
    ///   - assignment: of the other experiment's trial.
    ///   - replicate: which of its point's seeds the trial has.
    /// - Returns: nil where no values do.
    package func assignment(
        like assignment: Assignment, ofReplicate replicate: Int, in other: ExperimentFile
    ) -> Assignment? {
        guard let theirs = other.training(assignment, ofReplicate: replicate) else { return nil }
        let space = experiment.search.space
        var elements: [Assignment.Element] = []
        var candidates = experiment.search.given
        for parameter in space.parameters where space.takesPart(parameter, in: elements) {
            let value = assignment[parameter.path] ?? Self.value(at: parameter.path, in: theirs.tree)
            guard let value, parameter.domain.contains(value) else { break }
            let own = parameter.domain.index(of: value).map(parameter.domain.value(at:))
            elements.append(.init(path: parameter.path, value: own ?? value))
        }
        let found = Assignment(elements)
        if space.contains(found) { candidates.insert(found, at: 0) }
        return candidates.first { training($0, ofReplicate: replicate)?.isSame(as: theirs) ?? false }
    }

    private static func value(at path: String, in tree: ConfigNode) -> ParameterValue? {
        guard let path = ConfigPath(path), let node = tree.node(at: path) else { return nil }
        return try? ParameterValue(reading: ConfigValue(node: node, path: path, file: ""))
    }

    /// - Returns: nil for values that do not go together.
    private func training(_ assignment: Assignment, ofReplicate replicate: Int) -> TrialTraining? {
        let assigned = experiment.assignment(assignment, ofReplicate: replicate)
        guard let resolved = try? Self.decode(Self.assigned(assigned, to: tree, file: file), file: file).resolved else {
            return nil
        }
        return TrialTraining(
            tree: Self.training(resolved), arguments: experiment.training == nil ? PointSettings(assignment) : nil)
    }
}

/// All that a trial is trained by.
private struct TrialTraining {
    let tree: ConfigNode
    /// What a program is given beside the file.
    let arguments: PointSettings?

    /// The same text, wherever it was written.
    func isSame(as other: TrialTraining) -> Bool {
        arguments == other.arguments && YAMLWriter.write(tree) == YAMLWriter.write(other.tree)
    }
}
