/// The resolved experiment file of any trial, with gaps where the searched values stand: a study of short trials would
/// otherwise spend its time on reading one file again and again.
struct TrialTemplate: Sendable {
    private struct Gap {
        /// Which searched value fills it.
        var parameter: Int
        /// The text from there to the next gap, or to the end.
        var rest: String
    }

    /// The searched paths, in the order of the search space.
    private let paths: [String]
    private let head: String
    private let gaps: [Gap]

    /// - Parameter resolve: the resolved tree of a trial.
    /// - Returns: nil where a searched value changes more than its own place, as the ends of every range and every value
    ///   of a list show, or does not stand there as it was given.
    init?(_ parameters: [SearchParameter], resolve: (Assignment) throws(ExperimentError) -> ConfigNode) {
        paths = parameters.map(\.path)
        let tried = Self.tried(parameters)
        guard let first = tried.first, var tree = try? resolve(first) else { return nil }
        for (index, path) in paths.enumerated() {
            guard let path = ConfigPath(path), tree.node(at: path) != nil,
                let marked = try? tree.setting(
                    ConfigNode(.string("\(Self.mark)\(index)\(Self.end)")), at: path, file: "")
            else { return nil }
            tree = marked
        }
        let pieces = YAMLWriter.write(tree).split(separator: Self.mark, omittingEmptySubsequences: false)
        head = String(pieces[0])
        gaps = pieces.dropFirst().compactMap { piece in
            let parts = piece.split(separator: Self.end, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let index = Int(parts[0]), parameters.indices.contains(index) else { return nil }
            return Gap(parameter: index, rest: String(parts[1]))
        }
        for assignment in tried {
            guard let resolved = try? resolve(assignment), text(assignment) == YAMLWriter.write(resolved) else {
                return nil
            }
        }
    }

    /// Nil where the assignment is not one of this search space.
    func text(_ assignment: Assignment) -> String? {
        guard assignment.elements.count == paths.count, zip(assignment.elements, paths).allSatisfy({ $0.path == $1 })
        else { return nil }
        return gaps.reduce(into: head) { text, gap in
            text += YAMLWriter.spelled(ConfigScalar(assignment.elements[gap.parameter].value.scalar))
            text += gap.rest
        }
    }

    private static let mark = "winnow.gap."
    private static let end = ".end"

    /// All first values, all last ones, and each value among the first ones of the others.
    private static func tried(_ parameters: [SearchParameter]) -> [Assignment] {
        let values = parameters.map { $0.domain.witnesses.map(\.value) }
        guard values.allSatisfy({ !$0.isEmpty }) else { return [] }
        let first = values.map { $0[0] }
        var tried = [first, values.map { $0[$0.count - 1] }]
        for (index, values) in values.enumerated() {
            for value in values.dropFirst() {
                tried.append(first)
                tried[tried.count - 1][index] = value
            }
        }
        return tried.map { values in
            Assignment(zip(parameters, values).map { .init(path: $0.path, value: $1) })
        }
    }
}
