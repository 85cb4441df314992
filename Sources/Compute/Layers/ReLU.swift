internal import CKernels

/// y = max(x, 0), in place: the output's sign is all that the backward pass needs.
///
/// Works on any layout; the padding of blocked channels is zero and stays zero.
final class ReLU: PlannedLayer {
    let output: Activation

    init(input: Activation) {
        output = input
    }

    func forward(_ step: StepIdentity) {
        winnow_relu_forward(output.values.base, output.values.count)
    }

    func backward() {
        guard let gradient = output.gradient else { return }
        winnow_relu_backward(output.values.base, gradient.base, gradient.count)
    }
}
