import Datasets
import Export
import Foundation
import Prediction
import StudyStore
import TestSupport
import Testing

/// ONNX files as onnxruntime computes them.
@Suite(.enabled(if: Readers.areThere, "the readers are not installed: scripts/readers")) struct ONNXTests {
    private let files: ModelFiles

    init() throws { files = try ModelFiles() }

    /// Runs `cells` (rows x width) through onnxruntime.
    private func outputs(of model: StoredModel, _ cells: [Double], shape: [Int]) throws -> [Double] {
        let path = files.folder.file("model.onnx")
        try Data(ONNXModel.encode(model)).write(to: URL(fileURLWithPath: path))
        try cells.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: files.folder.file("x")))
        let script = """
            import json, sys
            import numpy as np, onnxruntime
            session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
            x = np.fromfile(sys.argv[2], dtype="<f8").reshape([-1] + json.loads(sys.argv[3]))
            names = [output.name for output in session.get_outputs()]
            found = dict(zip(names, session.run(names, {"x": x})))
            print(json.dumps(found["probabilities" if "probabilities" in found else "prediction"].ravel().tolist()))
            """
        let printed = try Readers.run(script, arguments: [path, files.folder.file("x"), "\(shape)"])
        return try JSONDecoder().decode([Double].self, from: Data(printed.utf8))
    }

    private func expectEqual(_ path: String, _ samples: Samples, _ cells: [Double], shape: [Int]) throws {
        let model = try TrainedModel(path: path)
        let found = try outputs(of: StoredModel(path: path), cells, shape: shape)
        let expected: [Double] =
            switch try model.predict(.cells(samples)) {
            case .values(let values): values
            case .probabilities(let values, classes: _): values.map(Double.init)
            }
        try #require(found.count == expected.count)
        for (value, wanted) in zip(found, expected) {
            #expect(abs(value - wanted) <= 1e-5 * max(1, abs(wanted)), "\(value), expected \(wanted)")
        }
        #expect(Set(expected).count > 1, "an answer that is always the same compares nothing")
    }

    static let images = [
        "preset: mlp, hidden: [16, 8], dropout: 0.5", "preset: resnet, width: 4, depth: 2", "preset: resnet18",
        "preset: resnet18_torchvision",
        """
        layers: [{conv2d: {channels: 6, kernel: 3, stride: 2, padding: 1, bias: false}}, batch_norm, {leaky_relu: 0.2}, \
        {max_pool2d: {kernel: 3, stride: 2, padding: 1}}, layer_norm, gelu, dropout2d: 0.3, \
        {residual: {body: [{conv2d: {channels: 4, kernel: 3, padding: 1}}, tanh], shortcut: [{conv2d: {channels: 4, kernel: 1}}]}}, \
        {avg_pool2d: {kernel: 2, stride: 2, padding: 1}}, {sequential: [sigmoid, {conv2d: {channels: 5, kernel: 1}}]}, \
        global_avg_pool, flatten, dropout: 0.1, linear: {features: 4, bias: false}]
        """,
    ]

    @Test(arguments: images) func everyNetOfImages(_ model: String) throws {
        var random = SeededCase(seed: 3).random
        let shape = [3, 16, 16]
        let path = try files.write(
            "data: cifar10\nmodel: {\(model)}\n",
            ModelFiles.preparation(
                shape, classes: 4, offsets: [100, 120, 90], units: [50, 60, 0], groupSize: 256))
        let pixels = (0..<3 * 768).map { _ in UInt8.random(in: 0...255, using: &random) }
        try expectEqual(path, .bytes(SampleArray(pixels)), pixels.map(Double.init), shape: shape)
    }

    @Test func digits() throws {
        var random = SeededCase(seed: 4).random
        let path = try files.write(
            "data: mnist\nmodel: {preset: mnist_cnn, batch_norm: true}\n",
            ModelFiles.preparation([1, 28, 28], classes: 10, offsets: [0], units: [255]))
        let pixels = (0..<2 * 784).map { _ in UInt8.random(in: 0...255, using: &random) }
        try expectEqual(path, .bytes(SampleArray(pixels)), pixels.map(Double.init), shape: [1, 28, 28])
    }

    @Test func aSingleOutputIsTwoProbabilities() throws {
        let path = try files.write(
            "data: {source: {csv: a.csv, target: y, task: classification}, batch_size: 4}\n"
                + "model: {layers: [linear: 1]}\nloss: binary_cross_entropy\n",
            ModelFiles.preparation([2], classes: 2, offsets: [1, 2], units: [3, 4], names: ["a", "b"]))
        try expectEqual(path, .doubles([1, 2, 30, -40, 5, 6]), [1, 2, 30, -40, 5, 6], shape: [2])
    }

    /// Dates in double precision, missing cells, unknown categories.
    @Test func aTableIsEncodedInTheGraph() throws {
        let columns: [Checkpoint.Preparation.Column] = [
            .init(name: "age", kind: .number, fill: 30, hasIndicator: true),
            .init(name: "town", kind: .category, fill: -1, hasIndicator: true, categories: ["a", "b", "c"]),
            .init(name: "born", kind: .date, fill: 19_000.25, hasIndicator: false),
            .init(name: "size", kind: .ordinal, fill: 1, hasIndicator: false, categories: ["s", "m", "l"]),
            .init(name: "new", kind: .boolean, fill: 0, hasIndicator: false),
            .init(
                name: "street", kind: .embedding, fill: -1, hasIndicator: true, categories: ["x", "y"],
                embeddingDimensions: 3),
            .init(
                name: "zip", kind: .embedding, fill: 0, hasIndicator: false, categories: ["1", "2", "3"],
                embeddingDimensions: 1),
        ]
        let preparation = ModelFiles.preparation(
            [12], classes: nil, offsets: [40, 0, 0, 0, 0, 0, 20_000, 1, 0, 0, 0, 0],
            units: [10, 1, 1, 0, 1, 1, 2, 0.5, 1, 1, 1, 1],
            groupSize: 1, columns: columns, names: (0..<12).map(String.init))
        let path = try files.write(
            "data: {source: {csv: a.csv, target: y, task: regression}, scale_target: true}\nmodel: {preset: regressor}\n",
            preparation)
        let cells: [Double] = [
            25, 0, 20_001.125, 2, 1, 0, 2,
            .nan, 2, 20_002, 0, 0, 1, 1,
            61, -1, .nan, 1, 1, -1, -1,
            40, .nan, 19_999.5, .nan, .nan, .nan, .nan,
        ]
        try expectEqual(path, .doubles(SampleArray(cells)), cells, shape: [7])
    }
}
