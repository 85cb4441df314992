/// How a convolution computes the gradient of its weights and its bias.
protocol WeightGradient {
    func bind(input: Activation, gradient: Arena.Buffer) throws(ComputeError)
    func execute() throws(ComputeError)
}
