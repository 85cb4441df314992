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
        var counts = Array(repeating: 0, count: classes.count * classes.count)
        for cell in stride(from: 0, to: cells.count, by: 3) {
            guard cell + 2 < cells.count, classes.indices ~= cells[cell], classes.indices ~= cells[cell + 1],
                cells[cell + 2] >= 0
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .cells, in: container,
                    debugDescription: "a cell is a true class, a predicted class, and a count from 0")
            }
            counts[cells[cell] * classes.count + cells[cell + 1]] = cells[cell + 2]
        }
        self.init(classes: classes, counts: counts)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(classes, forKey: .classes)
        let cells = counts.indices.filter { counts[$0] != 0 }.flatMap {
            [$0 / classes.count, $0 % classes.count, counts[$0]]
        }
        try container.encode(cells, forKey: .cells)
    }
}
