import Architecture
import Random

/// Draws layers with their settings: odd sizes on purpose, channels that fill no vector, padding, strides, no bias.
struct LayerDraw {
    private var random: RandomStream

    init(_ random: RandomStream) {
        self.random = random
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + random.uniformInt(below: range.count)
    }

    mutating func element<Element>(of all: [Element]) -> Element {
        all[integer(0...all.count - 1)]
    }

    mutating func channels() -> Int {
        element(of: [1, 2, 3, 5, 8, 16, 17, 20])
    }

    mutating func convolution() -> Layer {
        .conv2d(
            .init(
                channels: channels(), kernel: element(of: [1, 2, 3, 3, 5]), stride: integer(1...2),
                padding: integer(0...2), bias: integer(0...3) > 0))
    }

    /// A 3x3 convolution that keeps the image's size.
    mutating func same(_ channels: Int, bias: Bool? = nil) -> Layer {
        .conv2d(.init(channels: channels, kernel: 3, padding: 1, bias: bias ?? (integer(0...2) > 0)))
    }

    mutating func norm() -> Layer {
        .batchNorm(.init(momentum: element(of: [0.1, 0.3]), epsilon: element(of: [1e-5, 1e-3])))
    }

    mutating func activation() -> Layer {
        element(of: [.relu, .relu, .leakyReLU(.init(slope: 0.1)), .gelu, .sigmoid, .tanh])
    }

    mutating func hidden() -> [Layer] {
        [.linear(.init(outputs: integer(1...70), bias: integer(0...3) > 0))]
            + (integer(0...3) > 0 ? [activation()] : [])
            + (integer(0...1) == 0 ? [.dropout(.init(probability: 0.5))] : [])
    }

    /// One or a few layers that keep the number of channels, once there are `width`.
    mutating func anything(_ width: Int) -> [Layer] {
        switch integer(0...9) {
        case 0:
            [.conv2d(.init(channels: width, kernel: integer(1...4), stride: integer(1...3), padding: integer(0...2)))]
        case 1: [same(width), norm(), .relu]
        case 2: [norm()]
        case 3: [activation()]
        case 4: [.maxPool2d(.init(kernel: integer(1...3), stride: integer(1...3)))]
        case 5: [.avgPool2d(.init(kernel: integer(1...3), stride: integer(1...3)))]
        case 6: [.dropout(.init(probability: 0.3))]
        case 7: [.dropout2d(.init(probability: 0.3))]
        case 8: [same(width), .residual(.init(body: [same(width), activation(), same(width), norm()])), activation()]
        default: [same(width), .residual(.init(body: anything(width), shortcut: [])), .relu]
        }
    }
}
