import Architecture
import Console
import Datasets

/// The built-in data sets, for people and for programs.
struct DataListing {
    let library: DataLibrary

    func table(columns width: Int?) -> String {
        var table = TextTable(["name", "samples", "shape", "task", "where", "what"])
        for data in BuiltInData.all {
            table.add([
                data.name, "\(data.samples)" + (data.testSamples > 0 ? "+\(data.testSamples)" : ""),
                "\(Shape(data.shape))",
                data.classes.map { "\($0) classes" } ?? "regression", place(data), data.about,
            ])
        }
        return table.text(columns: width)
    }

    private func place(_ data: BuiltInData) -> String {
        guard let path = data.path(in: library) else { return data.command ?? "missing" }
        return data.isWhole(in: path) ? path : "\(path), incomplete: \(data.command ?? "")"
    }

    private struct Document: Encodable {
        struct Row: Encodable {
            var name: String
            var about: String
            var task: String
            var classes: Int?
            var shape: [Int]
            var samples: Int
            var testSamples: Int
            var path: String?
            var whole: Bool
            var command: String?
        }

        var datasets: [Row]
    }

    func json() throws -> String {
        let rows = BuiltInData.all.map { data in
            let path = data.path(in: library)
            return Document.Row(
                name: data.name, about: data.about, task: data.classes == nil ? "regression" : "classification",
                classes: data.classes, shape: data.shape, samples: data.samples, testSamples: data.testSamples,
                path: path, whole: path.map(data.isWhole) ?? false, command: data.command)
        }
        return try JSONText.encode(Document(datasets: rows))
    }
}
