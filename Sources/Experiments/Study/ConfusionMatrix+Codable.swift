/// Only the cells that are not 0 are written, three numbers for each: true class, predicted class, count. So a matrix
/// is never longer than its samples, however many classes there are.
extension ConfusionMatrix: Codable {
    private enum CodingKeys: String, CodingKey {
        case classes, cells
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let classes = try container.decode([String].self, forKey: .classes)
        let cells = try container.decode([Int].self, forKey: .cells)
        // A short text that names many classes must not make a large matrix.
        guard classes.count <= Self.mostClasses else {
            throw DecodingError.dataCorruptedError(
                forKey: .classes, in: container,
                debugDescription: "\(classes.count) classes, where \(Self.mostClasses) are allowed")
        }
        guard cells.count.isMultiple(of: 3),
            let matrix = ConfusionMatrix(
                classes: classes,
                cells: stride(from: 0, to: cells.count, by: 3).map {
                    Cell(expected: cells[$0], predicted: cells[$0 + 1], count: cells[$0 + 2])
                })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .cells, in: container,
                debugDescription: "a cell is a true class, a predicted class, and a count from 0")
        }
        self = matrix
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(classes, forKey: .classes)
        try container.encode(cells.flatMap { [$0.expected, $0.predicted, $0.count] }, forKey: .cells)
    }
}
