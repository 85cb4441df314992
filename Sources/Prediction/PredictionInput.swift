package import Datasets
import StudyStore

/// Data to predict on: a block of samples at a time, with what each is called.
package final class PredictionInput {
    private enum Source {
        case table(TableBlocks)
        case images([String], next: Int)
        case array(Samples?)
        case blocks(HDF5Blocks)
    }

    /// Images that are in memory at once.
    private static let images = 64

    private var source: Source
    private let preparation: Checkpoint.Preparation
    private let path: String
    private let appliesOrientation: Bool
    private var rows = 0
    /// What is worth knowing of it, one line each; known when the first block has come.
    package private(set) var notes: [String] = []

    package struct Block {
        package var samples: ModelSamples
        /// The number of a row, from 0, or the path of a picture.
        package var names: [String]
    }

    /// The heading of the names.
    package var nameHeading: String {
        if case .images = source { "file" } else { "row" }
    }

    /// - Parameters:
    ///   - model: the first of several, where they are asked together.
    ///   - path: of a CSV table, of a picture or a folder of pictures, or of an HDF5 or .npz file with `x`.
    /// - Throws: where there is none, or where it does not go with the model.
    package init(_ path: String, for model: TrainedModel) throws {
        self.path = path
        preparation = model.preparation
        appliesOrientation = model.appliesOrientation
        let shape = preparation.sampleShape
        if let images = try ImageList.files(at: path) {
            guard shape.count == 3, shape[0] == 1 || shape[0] == 3 else {
                throw PredictionError.unfit(path, reason: "holds pictures, but the model takes rows of a table")
            }
            source = .images(images, next: 0)
        } else if try NPZSource.isFile(path) {
            let found = try NPZSource.samples(at: path)
            try Self.check(found.shape, shape, path)
            source = .array(found.0)
        } else if try HDF5Source.isFile(path) {
            let blocks = try HDF5Blocks(path: path)
            try Self.check(blocks.sampleShape, shape, path)
            source = .blocks(blocks)
        } else {
            guard !preparation.featureNames.isEmpty else {
                throw PredictionError.unfit(path, reason: "is a table, but the model was not trained on one")
            }
            source = .table(try TableBlocks(model.tableSource(path), columns: preparation.tableColumns))
        }
    }

    private static func check(_ found: [Int], _ shape: [Int], _ path: String) throws(PredictionError) {
        guard found == shape else {
            throw PredictionError.unfit(
                path, reason: "has samples of shape \(shapeText(found)), but the model takes \(shapeText(shape))")
        }
    }

    /// The next samples; nil at the end.
    package func next() throws -> Block? {
        switch source {
        case .table(var table):
            let block = try table.next()
            source = .table(table)
            guard let block else { return nil }
            if rows == 0, !table.otherColumns.isEmpty {
                notes.append("\(path): not the model's, and left out: \(table.otherColumns.joined(separator: ", "))")
            }
            return Block(samples: .cells(.doubles(SampleArray(block.values))), names: number(block.count))
        case .images(let files, let next):
            let some = files[next...].prefix(Self.images)
            source = .images(files, next: next + some.count)
            guard !some.isEmpty else { return nil }
            return Block(
                samples: .inputs(
                    try ImageList.samples(
                        of: Array(some), shape: preparation.sampleShape, appliesOrientation: appliesOrientation)),
                names: Array(some))
        case .array(let samples):
            source = .array(nil)
            return samples.map(inputs)
        case .blocks(var blocks):
            let samples = try blocks.next()
            source = .blocks(blocks)
            return samples.map(inputs)
        }
    }

    private func inputs(_ samples: Samples) -> Block {
        Block(samples: .inputs(samples), names: number(samples.count / preparation.sampleShape.reduce(1, *)))
    }

    private func number(_ count: Int) -> [String] {
        defer { rows += count }
        return (rows..<rows + count).map(String.init)
    }
}

/// What a model is asked about.
package enum ModelSamples {
    /// A table's cells, from which the model makes its inputs: see ``TableEncoder``.
    case cells(Samples)
    /// The model's inputs, not yet scaled.
    case inputs(Samples)
}
