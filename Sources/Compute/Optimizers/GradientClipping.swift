internal import CKernels

extension ParameterStore {
    /// What all gradients are to be multiplied by, so that their norm together is at most `norm`:
    /// min(1, norm / (|g| + 1e-6)).
    ///
    /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013; the small summand
    /// is `torch.nn.utils.clip_grad_norm_`'s.
    func gradientScale(clippingTo norm: Double) -> Float {
        let length = winnow_sum_of_squares(gradients.base, gradients.count).squareRoot()
        // A norm that is not a number stays one: training has diverged, and its loss must show it.
        return length.isNaN ? .nan : Float(min(1, norm / (length + 1e-6)))
    }
}
