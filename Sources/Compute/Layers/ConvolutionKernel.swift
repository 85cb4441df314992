internal import Architecture
internal import CKernels

/// Which of this project's kernels computes a convolution: decided by its shape alone, so that the same model takes
/// the same way on every machine.
struct ConvolutionKernel {
    enum Method: String {
        /// Winograd's F(4x4, 3x3): a quarter of the multiplications, for kernels of 3x3 and stride 1.
        case winograd
        /// Any kernel, stride and padding.
        case direct
        /// Few channels of a row-major image.
        case stem
    }

    let method: Method
    private let shape: winnow_convolution_shape

    /// - Parameter output: may leave out the last rows and columns.
    init(_ conv: Operation.Convolution, batch: Int, input: Shape, output: Shape, isStem: Bool) {
        shape = winnow_convolution_shape(
            batch: batch, inputs: conv.inputs, height: input.dimensions[1], width: input.dimensions[2],
            outputs: conv.channels, out_height: output.dimensions[1], out_width: output.dimensions[2],
            kernel: conv.kernel, stride: conv.stride, padding: conv.padding)
        if isStem {
            method = .stem
        } else {
            let isWinograd = conv.kernel == 3 && conv.stride == 1 && conv.padding <= 2
            method = isWinograd && Self.paysOff(shape) ? .winograd : .direct
        }
    }

    /// Whether Winograd's transforms cost less than the products that they save, as measured against the direct kernel:
    /// not where channels are so few that vectors stand empty, nor where most of a tile hangs over the image's edge,
    /// nor where so few tiles share a transformed filter.
    private static func paysOff(_ shape: winnow_convolution_shape) -> Bool {
        let tiles = ((shape.out_height + 3) / 4) * ((shape.out_width + 3) / 4)
        return min(shape.inputs, shape.outputs) >= 8
            && 8 * shape.out_height * shape.out_width >= 3 * 16 * tiles && shape.batch * tiles >= 4
    }

    /// Floats of scratch memory that any direction needs.
    var scratchFloats: Int {
        withUnsafePointer(to: shape) {
            switch method {
            case .winograd: winnow_winograd_scratch($0)
            case .direct: winnow_direct_scratch($0)
            case .stem: winnow_stem_scratch($0)
            }
        }
    }

    func forward(
        _ x: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        _ epilogue: winnow_epilogue, scratch: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            withUnsafePointer(to: epilogue) { epilogue in
                switch method {
                case .winograd: winnow_winograd_forward(shape, x, weights, y, epilogue, scratch)
                case .direct: winnow_direct_forward(shape, x, weights, y, epilogue, scratch)
                case .stem: winnow_stem_forward(shape, x, weights, y, epilogue, scratch)
                }
            }
        }
    }

    /// A stem has no such direction: nobody asks for the gradient by the model's input.
    func backwardData(
        _ dy: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
        _ epilogue: winnow_epilogue, scratch: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            withUnsafePointer(to: epilogue) { epilogue in
                switch method {
                case .winograd: winnow_winograd_backward_data(shape, dy, weights, dx, epilogue, scratch)
                case .direct: winnow_direct_backward_data(shape, dy, weights, dx, epilogue, scratch)
                case .stem: preconditionFailure("a stem's input has no gradient")
                }
            }
        }
    }

    func backwardWeights(
        _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            switch method {
            case .winograd: winnow_winograd_backward_weights(shape, x, dy, dw, scratch)
            case .direct: winnow_direct_backward_weights(shape, x, dy, dw, scratch)
            case .stem: winnow_stem_backward_weights(shape, x, dy, dw, scratch)
            }
        }
    }
}
