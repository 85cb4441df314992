import Compute

/// Where the time of a step goes: by operation, and by layer.
struct ProfileTable: CustomStringConvertible {
    private struct Row {
        let name: String
        let operation: String
        var forward = 0.0
        var backward = 0.0

        var time: Double { forward + backward }
    }

    private let layers: [Row]

    /// Each part's shortest time in so many steps, after two that warm up.
    init(_ slot: Slot, steps: Int) throws {
        for _ in 0..<2 { _ = try slot.step() }
        var entries = try slot.profiledStep().entries.map { ($0, $0.time) }
        for _ in 1..<steps {
            for (index, entry) in try slot.profiledStep().entries.enumerated() {
                entries[index].1 = min(entries[index].1, entry.time)
            }
        }
        var rows: [Row] = []
        for (entry, time) in entries {
            let operation = entry.operation
            let index =
                rows.firstIndex { $0.name == entry.name && $0.operation == operation }
                ?? {
                    rows.append(Row(name: entry.name, operation: operation))
                    return rows.count - 1
                }()
            switch entry.direction {
            case .backward: rows[index].backward += time / .milliseconds(1)
            case .forward, .loss, .update: rows[index].forward += time / .milliseconds(1)
            }
        }
        layers = rows
    }

    var description: String {
        let whole = layers.reduce(0) { $0 + $1.time }
        let operations = Dictionary(grouping: layers, by: \.operation).map { operation, rows in
            Row(
                name: "", operation: operation, forward: rows.reduce(0) { $0 + $1.forward },
                backward: rows.reduce(0) { $0 + $1.backward })
        }.sorted { $0.time > $1.time }
        return "a step of \(Self.milliseconds(whole)) ms, by operation:\n" + Self.table(operations, whole)
            + "and by layer:\n" + Self.table(layers, whole)
    }

    private static func table(_ rows: [Row], _ whole: Double) -> String {
        let header = ["", "forward", "backward", "share"]
        let cells =
            [header]
            + rows.map { row in
                [
                    row.name.isEmpty ? row.operation : "\(row.name): \(row.operation)", milliseconds(row.forward),
                    milliseconds(row.backward), "\(Int((100 * row.time / whole).rounded()))%",
                ]
            }
        let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            let padded = zip(line, widths).enumerated().map { index, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + space : space + cell.0
            }
            return "  " + padded.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// With four digits after the point, as short steps need.
    private static func milliseconds(_ time: Double) -> String {
        let digits = String(Int((time * 1e4).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.dropLast(4)).\(padded.suffix(4))"
    }
}
