internal import Architecture

extension Activation {
    /// The same memory seen as [batch, features]: flattening row-major values moves nothing.
    func flattened() throws(ComputeError) -> Activation {
        Activation(
            shape: [shape.count], batch: batch, layout: try Layout(rowMajor: [batch, shape.count]), values: values,
            gradient: gradient)
    }
}
