import Architecture
import Testing

@Suite("Residual nets")
struct ResNetTests {
    @Test(
        "have as many parameters as PyTorch's",
        arguments: [
            // sum(p.numel() for p in model.parameters()), torchvision 0.29's resnet18 with another conv1.
            (ModelDescription.resNet18(classes: 10), 11_173_962),
            (.resNet18Torchvision(classes: 10), 11_174_026),
            (.resNet18(classes: 100), 11_220_132),
            // The same class with BasicBlock, [1, 1, 1] and planes 16, 32, 64.
            (.resNet(classes: 10, width: 16, depth: 1), 78_042),
        ])
    func parameters(model: ModelDescription, count: Int) throws {
        #expect(try model.graph(on: [3, 32, 32]).parameterCount == count)
    }

    @Test("have torchvision's names and shapes, in its order")
    func names() throws {
        let model = try ModelDescription.resNet18Torchvision().graph(on: [3, 32, 32])
        #expect(model.nodes.flatMap(state) == Torchvision.resNet18)

        let ours = try ModelDescription.resNet18().graph(on: [3, 32, 32])
        #expect(ours.nodes.flatMap(state) == Torchvision.resNet18.filter { $0 != "conv1.bias 64" })
    }

    /// What PyTorch keeps of a module.
    private func state(_ node: ModelGraph.Node) -> [String] {
        switch node.operation {
        case .linear(let linear):
            ["\(node.name).weight \(linear.outputs)x\(linear.inputs)"]
                + (linear.bias ? ["\(node.name).bias \(linear.outputs)"] : [])
        case .convolution(let conv):
            ["\(node.name).weight \(conv.channels)x\(conv.inputs)x\(conv.kernel)x\(conv.kernel)"]
                + (conv.bias ? ["\(node.name).bias \(conv.channels)"] : [])
        case .batchNorm:
            ["weight", "bias", "running_mean", "running_var"].map {
                "\(node.name).\($0) \(node.output.dimensions[0])"
            }
        default: []
        }
    }

    @Test("halve the image and double the channels from stage to stage, as deep as they are asked to be")
    func stages() throws {
        let sums = { (model: ModelDescription) in
            try model.graph(on: [3, 32, 32]).nodes.filter { $0.operation == .add }.map(\.output.description)
        }
        #expect(
            try sums(.resNet18()) == [
                "64x32x32", "64x32x32", "128x16x16", "128x16x16", "256x8x8", "256x8x8", "512x4x4", "512x4x4",
            ])
        #expect(try sums(.resNet18Torchvision()).first == "64x16x16")
        #expect(try sums(.resNet(classes: 10, width: 4, depth: 2, stages: 2)).last == "8x16x16")
        // No image is too small: a window of a stride of 2 on one pixel is one pixel.
        #expect(try sums(.resNet(classes: 10, width: 1, depth: 1, stages: 6)).last == "32x1x1")
        #expect(
            try ModelDescription.resNet(classes: 7, width: 2, depth: 1, stages: 6).graph(on: [1, 1, 1]).output == [7])
    }

    @Test("name the residual layer whose shortcut has another shape, and both shapes")
    func shortcut() {
        let block = Layer.residual(
            .init(
                body: [.conv2d(.init(channels: 4, kernel: 3, stride: 2, padding: 1)), .relu],
                shortcut: [.conv2d(.init(channels: 4, kernel: 1))]))
        let error = #expect(throws: ShapeError.self) {
            try ModelDescription([.relu, .sequential(ModelDescription([block]))]).graph(on: [3, 8, 8])
        }
        #expect(error?.layer == "1.0")
        #expect(error?.description == "layer 1.0 (residual) takes a shortcut to 4x4x4, but gets 4x8x8")
        let identity = #expect(throws: ShapeError.self) {
            try ModelDescription([.residual(.init(body: [.conv2d(.init(channels: 4, kernel: 3))]))]).graph(on: [
                3, 8, 8,
            ])
        }
        #expect(identity?.description == "layer 0 (residual) takes a shortcut to 4x6x6, but gets 3x8x8")
    }

    @Test("name a layer by those around it")
    func nested() {
        let error = #expect(throws: ShapeError.self) {
            try ModelDescription([.residual(.init(body: [.relu, .linear(.init(outputs: 1))]))]).graph(on: [3, 8, 8])
        }
        #expect(error?.layer == "0.body.1")
    }

    @Test("are graphs: a sum takes the body's value and the shortcut's")
    func graph() throws {
        let model = try ModelDescription([
            .relu, .residual(.init(body: [.tanh, .gelu])), .residual(.init(body: [.tanh], shortcut: [.gelu, .relu])),
        ]).graph(on: [5])
        #expect(model.nodes.map(\.inputs) == [[0], [1], [2], [3, 1], [4], [4], [6], [5, 7]])
        #expect(model.nodes.map(\.name)[3] == "1")
        #expect(model.output == [5])
    }
}
