internal import Architecture
package import Prediction
internal import StudyStore
internal import SwiftProtobuf

/// A model as an ONNX graph, from data as they are in their source to probabilities or values in the target's own units.
///
/// The input `x` is in double precision: of a table, its cells in the model's order (dates as days since 1970-01-01, truth
/// values as 1 and 0, categories as their positions in the metadata `columns`, missing cells as NaN); of images, [batch,
/// channels, height, width] with values as they are stored. The outputs are `logits` and `probabilities`, or `prediction`.
///
/// Source: the operators of ONNX's opset 17.
package struct ONNXModel {
    private static let opset: Int64 = 17
    /// The version of the format that came with it.
    private static let format: Int64 = 8

    private let model: StoredModel
    private var builder = ONNXBuilder()
    private var weights: [String: NamedArray]

    /// The file's bytes.
    package static func encode(_ model: StoredModel) throws -> [UInt8] {
        var writer = ONNXModel(model)
        return try writer.encode()
    }

    private init(_ model: StoredModel) {
        self.model = model
        weights = Dictionary(
            model.checkpoint.modelState.map { ($0.name, $0) }
        ) { first, _ in first }
    }

    private mutating func encode() throws -> [UInt8] {
        let preparation = model.preparation
        let width = preparation.columns.map { [$0.count] } ?? preparation.sampleShape
        let inputs = prepare("x")
        let output = network(inputs)
        var outputs: [ProtoValueInfo] = []
        if let classes = preparation.classNames?.count {
            _ = builder.add("Identity", [output], as: "logits")
            probabilities(output)
            outputs = [
                ONNXBuilder.info("logits", .float, model.graph.output.dimensions),
                ONNXBuilder.info("probabilities", .float, [classes]),
            ]
        } else {
            let value = builder.add("Cast", [output], [.integer("to", Int(ONNXBuilder.Number.double.rawValue))])
            let unit = builder.constant([preparation.target?.units[0] ?? 1], shape: [1])
            let offset = builder.constant([preparation.target?.offsets[0] ?? 0], shape: [1])
            _ = builder.add("Add", [builder.add("Mul", [value, unit]), offset], as: "prediction")
            outputs = [ONNXBuilder.info("prediction", .double, [1])]
        }
        let properties = try ModelMetadata(model).properties()
        let document = ProtoModel.with {
            $0.irVersion = Self.format
            $0.producerName = "winnow"
            $0.opsetImport = [.with { $0.version = Self.opset }]
            $0.metadataProps = properties.sorted { $0.key < $1.key }.map { key, value in
                .with { ($0.key, $0.value) = (key, value) }
            }
            $0.graph = .with {
                $0.name = "model"
                $0.node = builder.nodes
                $0.initializer = builder.constants
                $0.input = [ONNXBuilder.info("x", .double, width)]
                $0.output = outputs
            }
        }
        return try document.serializedBytes()
    }

    // MARK: Before the network

    /// The network's inputs: cells become inputs, and all are scaled.
    private mutating func prepare(_ x: String) -> String {
        let preparation = model.preparation
        let inputs = preparation.columns.map { encode(x, $0) } ?? x
        let scale = preparation.features
        // Each group's numbers meet the values along the dimensions behind the batch.
        let shape =
            scale.groupSize == 1 && preparation.sampleShape.count == 1
            ? [scale.offsets.count]
            : scale.offsets.count == 1
                ? [1] : [scale.offsets.count] + preparation.sampleShape.dropFirst().map { _ in 1 }
        let offset = builder.constant(scale.offsets, shape: shape)
        let factor = builder.constant(scale.units.map { $0 > 0 ? 1 / $0 : 0 }, shape: shape)
        let scaled = builder.add("Mul", [builder.add("Sub", [inputs, offset]), factor])
        return builder.add("Cast", [scaled], [.integer("to", Int(ONNXBuilder.Number.float.rawValue))])
    }

    /// The inputs of a table's cells: see ``TableEncoder``, whose columns are here gathered into as many as there are
    /// inputs, so that one operation does for all.
    private mutating func encode(_ cells: String, _ columns: [Checkpoint.Preparation.Column]) -> String {
        var (sources, codes): ([Int64], [Double]) = ([], [])
        var (isCategory, isIndicator): ([Bool], [Bool]) = ([], [])
        for (index, column) in columns.enumerated() {
            let own = column.kind == .category ? column.categories.indices.map { Double($0) } : [0]
            let count = own.count + (column.hasIndicator ? 1 : 0)
            sources += Array(repeating: Int64(index), count: count)
            codes += own + (column.hasIndicator ? [0] : [])
            isCategory += own.map { _ in column.kind == .category } + (column.hasIndicator ? [false] : [])
            isIndicator += own.map { _ in false } + (column.hasIndicator ? [true] : [])
        }
        let width = sources.count
        let places = builder.constant(sources)
        let isMissing = builder.add("IsNaN", [cells])
        let fills = builder.constant(columns.map(\.fill), shape: [columns.count])
        let filled = builder.add("Where", [isMissing, fills, cells])
        let gathered = builder.add("Gather", [filled, places], [.integer("axis", 1)])
        let missing = builder.add("Gather", [isMissing, places], [.integer("axis", 1)])
        let double = [ProtoAttribute.integer("to", Int(ONNXBuilder.Number.double.rawValue))]
        let equal = builder.add("Equal", [gathered, builder.constant(codes, shape: [width])])
        let categories = builder.add("Cast", [equal], double)
        let indicators = builder.add("Cast", [missing], double)
        let numbers = builder.add(
            "Where", [builder.constant(isCategory, shape: [width]), categories, gathered])
        return builder.add("Where", [builder.constant(isIndicator, shape: [width]), indicators, numbers])
    }

    // MARK: Behind it

    /// The softmax of the outputs; of a single output x, 1 - p and p = 1 / (1 + exp(-x)).
    private mutating func probabilities(_ output: String) {
        guard model.graph.output.count == 1 else {
            _ = builder.add("Softmax", [output], [.integer("axis", 1)], as: "probabilities")
            return
        }
        let second = builder.add("Sigmoid", [output])
        let first = builder.add("Sigmoid", [builder.add("Neg", [output])])
        _ = builder.add("Concat", [first, second], [.integer("axis", 1)], as: "probabilities")
    }

    // MARK: The network

    private mutating func network(_ inputs: String) -> String {
        var values = [inputs]
        for node in model.graph.nodes { values.append(value(of: node, node.inputs.map { values[$0] })) }
        return values.last ?? inputs
    }

    /// A tensor of a layer, under its own name.
    private mutating func tensor(_ node: ModelGraph.Node, _ name: String) -> String {
        let full = "\(node.name).\(name)"
        guard let tensor = weights[full] else { return full }
        return builder.constant(tensor.values, shape: tensor.shape, named: full)
    }

    private mutating func value(of node: ModelGraph.Node, _ inputs: [String]) -> String {
        switch node.operation {
        case .linear(let linear):
            return builder.add(
                "Gemm", inputs + [tensor(node, "weight")] + (linear.bias ? [tensor(node, "bias")] : []),
                [.integer("transB", 1)])
        case .embedding(let embedding):
            return self.embedding(embedding, node, inputs[0])
        case .convolution(let conv):
            return builder.add(
                "Conv", inputs + [tensor(node, "weight")] + (conv.bias ? [tensor(node, "bias")] : []),
                Self.window(conv.kernel, conv.stride, conv.padding))
        case .batchNorm(let norm):
            return builder.add(
                "BatchNormalization",
                inputs + ["weight", "bias", "running_mean", "running_var"].map { tensor(node, $0) },
                [.float("epsilon", norm.epsilon)])
        case .layerNorm(let norm):
            return builder.add(
                "LayerNormalization", inputs + ["weight", "bias"].map { tensor(node, $0) },
                [.integer("axis", 1), .float("epsilon", norm.epsilon)])
        case .activation(let function): return activation(function, inputs)
        case .maxPooling(let pool):
            return builder.add("MaxPool", inputs, Self.window(pool.kernel, pool.stride, pool.padding))
        case .averagePooling(let pool):
            return builder.add(
                "AveragePool", inputs,
                Self.window(pool.kernel, pool.stride, pool.padding) + [.integer("count_include_pad", 1)])
        case .globalAveragePooling: return builder.add("GlobalAveragePool", inputs)
        case .flatten: return builder.add("Flatten", inputs, [.integer("axis", 1)])
        // Dropout changes nothing outside of training.
        case .dropout, .channelDropout: return inputs[0]
        case .add: return builder.add("Add", inputs)
        }
    }

    /// The vector of a category is a row of a table that begins with one of zeros, for the position -1 of unknown ones.
    private mutating func embedding(
        _ embedding: Layer.Embedding, _ node: ModelGraph.Node, _ input: String
    ) -> String {
        let (place, end) = (embedding.place, node.output.count + 1 - embedding.dimensions)
        func columns(_ range: Range<Int>) -> String {
            builder.add("Gather", [input, builder.constant(range.map(Int64.init))], [.integer("axis", 1)])
        }
        let zeros = builder.constant(
            Array(repeating: Float(0), count: embedding.dimensions), shape: [1, embedding.dimensions])
        let table = builder.add("Concat", [zeros, tensor(node, "weight")], [.integer("axis", 0)])
        let position = builder.add(
            "Cast", [builder.add("Squeeze", [columns(place..<place + 1), builder.constant([Int64(1)])])],
            [.integer("to", Int(ONNXBuilder.Number.integer.rawValue))])
        let vector = builder.add(
            "Gather", [table, builder.add("Add", [position, builder.constant([Int64(1)])])], [.integer("axis", 0)])
        let parts =
            (place > 0 ? [columns(0..<place)] : []) + [vector] + (place + 1 < end ? [columns(place + 1..<end)] : [])
        return parts.count == 1 ? vector : builder.add("Concat", parts, [.integer("axis", 1)])
    }

    private mutating func activation(_ function: ActivationFunction, _ inputs: [String]) -> String {
        switch function {
        case .relu: return builder.add("Relu", inputs)
        case .leakyReLU(let slope): return builder.add("LeakyRelu", inputs, [.float("alpha", slope)])
        case .sigmoid: return builder.add("Sigmoid", inputs)
        case .tanh: return builder.add("Tanh", inputs)
        case .gelu:
            // x (1 + erf(x / sqrt 2)) / 2; an operator of its own came later than this opset.
            let root = builder.constant([Float(2).squareRoot()], shape: [1])
            let one = builder.constant([Float(1)], shape: [1])
            let half = builder.constant([Float(0.5)], shape: [1])
            let error = builder.add("Erf", [builder.add("Div", inputs + [root])])
            return builder.add("Mul", [builder.add("Mul", inputs + [builder.add("Add", [error, one])]), half])
        }
    }

    private static func window(_ kernel: Int, _ stride: Int, _ padding: Int) -> [ProtoAttribute] {
        [
            .integers("kernel_shape", [kernel, kernel]), .integers("strides", [stride, stride]),
            .integers("pads", [padding, padding, padding, padding]),
        ]
    }
}
