import Architecture

/// The kinds of models that plans have to get right, each with what a plan treats in a way of its own.
enum ModelFamily: String, CaseIterable {
    case perceptron, normalizedPerceptron
    case convolutions, manyChannels, plainImage
    case normalizedConvolutions, layerNorms, activations
    case croppedPooling, averageLeavingRows, paddedPooling
    case sigmoidBeforeDropout, channelDropout
    case identityResidual, convolutionResidual, poolingResidual, nestedResiduals, residualOfReLU, sharedValues
    case residualLeavingRows
    case featureResidual, dropoutBeforeResidual
    case beginsWithNorm, beginsWithActivation, beginsWithPooling, beginsWithResidual
    case mixture

    /// The layers before the last ones, which flatten and lead to the outputs.
    ///
    /// - Parameter channels: of the image that comes in.
    func layers(channels: Int, _ draw: inout LayerDraw) -> [Layer] {
        let width = draw.channels()
        let norm = draw.norm()
        let block: [Layer] = [draw.same(width, bias: false), norm, .relu, draw.same(width, bias: false), draw.norm()]
        let stem: [Layer] = [draw.same(width), .relu]
        switch self {
        case .perceptron:
            return [.flatten] + draw.hidden() + draw.hidden()
        case .normalizedPerceptron:
            return [
                .flatten, .linear(.init(outputs: width, bias: false)), norm, .relu, .dropout(.init(probability: 0.4)),
            ]
                + draw.hidden() + [draw.norm()]
        case .convolutions:
            return [draw.convolution(), draw.activation(), draw.convolution(), draw.activation(), draw.convolution()]
        case .manyChannels:
            return [
                .conv2d(.init(channels: 17, kernel: 3, padding: 1)), .relu,
                .conv2d(.init(channels: 33, kernel: 3, padding: draw.integer(0...2))), .relu,
                .conv2d(.init(channels: 1, kernel: 1)),
            ]
        case .plainImage:
            return [draw.convolution(), .flatten, .linear(.init(outputs: 3)), .tanh]
        case .normalizedConvolutions:
            return [draw.convolution(), norm, .relu, draw.convolution(), draw.norm(), draw.activation()]
        case .layerNorms:
            return [
                draw.same(width), .layerNorm(.init()), .relu, draw.same(width), draw.activation(),
                .layerNorm(.init(epsilon: 1e-3)), .flatten, .linear(.init(outputs: draw.integer(8...40))),
                .residual(.init(body: [.layerNorm(.init()), draw.activation()])), .layerNorm(.init()),
            ]
        case .activations:
            return [
                draw.same(width), .gelu, draw.same(width), .leakyReLU(.init(slope: 0.2)), draw.same(width), .tanh,
                draw.same(width), .sigmoid, draw.same(width), .relu, .gelu, .sigmoid,
            ]
        case .croppedPooling:
            let kernel = draw.integer(2...3)
            return [
                draw.convolution(), .relu, .maxPool2d(.init(kernel: kernel, stride: draw.integer(kernel...4))),
                draw.same(width), .relu, .maxPool2d(.init(kernel: 2)),
            ]
        case .averageLeavingRows:
            return [
                draw.convolution(), draw.activation(), .avgPool2d(.init(kernel: 2, stride: draw.integer(2...4))),
                draw.same(width), .avgPool2d(.init(kernel: 2, stride: 3)),
            ]
        case .paddedPooling:
            return [
                draw.same(width), norm, .relu, .maxPool2d(.init(kernel: 3, stride: 2, padding: 1)),
                draw.same(width), .maxPool2d(.init(kernel: 3, stride: 1, padding: 1)),
                .avgPool2d(.init(kernel: 3, stride: 2, padding: 1)),
            ]
        case .sigmoidBeforeDropout:
            return [
                draw.same(width), .sigmoid, .dropout(.init(probability: 0.3)), draw.same(width), .relu,
                .dropout(.init(probability: 0.5)), .dropout(.init(probability: 0.2)), draw.same(width), .tanh,
                .dropout(.init(probability: 0)),
            ]
        case .channelDropout:
            return [
                draw.same(width), .sigmoid, .dropout2d(.init(probability: 0.4)), draw.same(width),
                .globalAvgPool, .dropout2d(.init(probability: 0.4)),
            ]
        case .identityResidual:
            return stem + [.residual(.init(body: block)), .relu, .residual(.init(body: block)), .relu, .globalAvgPool]
        case .convolutionResidual:
            let stride = draw.integer(1...2)
            let entry = Layer.conv2d(.init(channels: width, kernel: 3, stride: stride, padding: 1, bias: false))
            let shortcut = Layer.conv2d(.init(channels: width, kernel: 1, stride: stride, bias: false))
            return [
                draw.convolution(), draw.activation(),
                .residual(.init(body: [entry] + block.dropFirst(), shortcut: [shortcut, draw.norm()])), .relu,
                .residual(.init(body: [entry, .relu], shortcut: [shortcut])), draw.activation(),
            ]
        case .poolingResidual:
            let body: [Layer] = [.conv2d(.init(channels: width, kernel: 2, stride: 2)), norm]
            return stem + [
                .residual(.init(body: body, shortcut: [.maxPool2d(.init(kernel: 2))])), .relu,
                .residual(
                    .init(
                        body: [.conv2d(.init(channels: width, kernel: 2))],
                        shortcut: [
                            .avgPool2d(.init(kernel: 2, stride: 1))
                        ])),
            ]
        case .nestedResiduals:
            let inner = Layer.residual(.init(body: [draw.same(width), norm, .relu, draw.same(width)]))
            return stem + [
                .residual(.init(body: [inner, .relu, draw.same(width)])), .relu,
                .residual(.init(body: [inner, inner], shortcut: [inner, .tanh])),
            ]
        case .residualOfReLU:
            return stem + [
                .residual(.init(body: [draw.same(width), norm, .relu])),
                .residual(.init(body: [draw.same(width), .relu])),
                .residual(.init(body: [.relu], shortcut: [draw.same(width), .relu])), .relu,
            ]
        case .sharedValues:
            return stem + [
                .residual(.init(body: [])), .residual(.init(body: [.relu], shortcut: [.sigmoid])),
                .residual(.init(body: [.residual(.init(body: [.tanh])), draw.same(width)])),
                .residual(
                    .init(body: [.dropout(.init(probability: 0.5))], shortcut: [.dropout2d(.init(probability: 0.2))])),
                .residual(.init(body: [.maxPool2d(.init(kernel: 2))], shortcut: [.avgPool2d(.init(kernel: 2))])), .relu,
                .residual(.init(body: [.globalAvgPool], shortcut: [.globalAvgPool])),
            ]
        case .residualLeavingRows:
            // The pooling does not see all that the residual leaves.
            let stride = draw.integer(2...3)
            let pooling = draw.element(of: [
                Layer.maxPool2d(.init(kernel: 2, stride: stride)), .avgPool2d(.init(kernel: 1, stride: stride)),
            ])
            return stem + [.residual(.init(body: block))] + draw.element(of: [[], [.relu]]) + [pooling]
        case .featureResidual:
            return [
                .flatten, .linear(.init(outputs: width)), norm,
                .residual(.init(body: [.relu, .linear(.init(outputs: width)), draw.norm()])), .relu,
                .residual(
                    .init(
                        body: [.linear(.init(outputs: width)), .relu], shortcut: [.dropout(.init(probability: 0.3))])),
                .residual(.init(body: [], shortcut: [.flatten])), draw.norm(), .relu,
            ]
        case .dropoutBeforeResidual:
            // In evaluation, or at a probability of 0, dropout is nothing, and its value the one before it.
            let dropout = Layer.dropout(.init(probability: draw.element(of: [0, 0.3])))
            return [
                draw.same(width), dropout, .residual(.init(body: [draw.activation(), draw.same(width)])), dropout,
                .residual(.init(body: [norm, .tanh], shortcut: [dropout, draw.same(width)])),
                .dropout2d(.init(probability: 0)),
                .residual(.init(body: [.sigmoid])),
            ]
        case .beginsWithNorm:
            return [norm, draw.integer(0...1) == 0 ? .relu : .gelu, draw.same(width), draw.norm(), .relu]
        case .beginsWithActivation:
            return [draw.activation(), draw.same(width), .residual(.init(body: [draw.activation()]))]
        case .beginsWithPooling:
            let pool = Layer.Pool2d(kernel: 2, stride: draw.integer(1...2), padding: draw.integer(0...1))
            return [draw.integer(0...1) == 0 ? .maxPool2d(pool) : .avgPool2d(pool), draw.same(width), .relu]
        case .beginsWithResidual:
            return [
                .residual(.init(body: [draw.same(channels), norm, .relu, draw.same(channels)])), .relu,
                .dropout2d(.init(probability: 0.3)), draw.same(width),
            ]
        case .mixture:
            return (0..<draw.integer(2...6)).flatMap { _ in draw.anything(width) }
        }
    }
}
