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
        guard let theirs = other.trainedText(assignment, ofReplicate: replicate) else { return nil }
        let tree = try? Self.decode(Self.assigned(assignment, to: other.tree, file: other.file), file: other.file)
            .resolved
        let space = experiment.search.space
        var elements: [Assignment.Element] = []
        for parameter in space.parameters where space.takesPart(parameter, in: elements) {
            let value = assignment[parameter.path] ?? tree.flatMap { Self.value(at: parameter.path, in: $0) }
            guard let value, parameter.domain.contains(value) else {
                return given(like: theirs, ofReplicate: replicate)
            }
            let own = parameter.domain.index(of: value).map(parameter.domain.value(at:))
            elements.append(.init(path: parameter.path, value: own ?? value))
        }
        let found = Assignment(elements)
        return trainedText(found, ofReplicate: replicate) == theirs
            ? found : given(like: theirs, ofReplicate: replicate)
    }

    /// Of the points that are given, the one that is trained so.
    private func given(like theirs: String, ofReplicate replicate: Int) -> Assignment? {
        experiment.search.given.first { trainedText($0, ofReplicate: replicate) == theirs }
    }

    private static func value(at path: String, in tree: ConfigNode) -> ParameterValue? {
        guard let path = ConfigPath(path), let node = tree.node(at: path) else { return nil }
        return try? ParameterValue(reading: ConfigValue(node: node, path: path, file: ""))
    }

    /// All that a trial is trained by, as text to compare: nil for values that do not go together.
    private func trainedText(_ assignment: Assignment, ofReplicate replicate: Int) -> String? {
        let assigned = experiment.assignment(assignment, ofReplicate: replicate)
        guard
            var resolved = try? Self.decode(Self.assigned(assigned, to: tree, file: file), file: file).resolved
        else { return nil }
        for key in ["name", "search", "checkpoint", "requires"] { resolved = resolved.removing(key) }
        // A program is given its values beside the file.
        let values =
            experiment.training == nil
            ? assignment.elements.map(\.path).sorted().map {
                "\($0)=\(assignment[$0].map { "\(ParameterValue.Setting($0))" } ?? "")\n"
            }.joined() : ""
        return YAMLWriter.write(resolved) + values
    }
}
