/// How a model's weights are drawn; batch normalisation always begins as the identity.
public enum Initialization: String, Hashable, Sendable, CaseIterable {
    /// PyTorch's default for `Linear` and `Conv2d`: uniform in +-1/sqrt(fan in), weights and biases alike.
    case pytorch
    /// Normal with the variance 2 / fan in, biases zero.
    ///
    /// Source: He et al., "Delving deep into rectifiers", ICCV 2015; `torch.nn.init.kaiming_normal_`.
    case he
}
