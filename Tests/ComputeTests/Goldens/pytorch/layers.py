"""One case for each operation and each of its variants: outputs, all gradients, running statistics, evaluation.

A case's group holds `inputs`, `output_gradient`, `outputs`, `input_gradient` and, where they differ from `outputs`,
`evaluation` (the outputs in evaluation mode, after the training pass), and the groups `state` (before), `gradients`
and `running` (running statistics after). Attributes: `operation` (the kind that the case is for), `layers`, `seed` and
`step` (of dropout's masks) and `tolerance`.
"""
import copy
import zlib

import torch
from torch import nn

from . import golden_file
from .layer_cases import cases
from .modules import Builder

seed, step = 0x1234_5678, 7


def write(file):
    for case in cases:
        generator = torch.Generator().manual_seed(zlib.crc32(case.name.encode()))
        torch.manual_seed(zlib.crc32(case.name.encode()))
        for _ in range(100):
            model, inputs, gradient = draw(case, generator)
            results = run(model, inputs, gradient)
            if case.exact_inputs or rounding_decides_nothing(model, inputs, gradient, results):
                break
        else:
            raise RuntimeError(f"{case.name}: rounding decides every draw")
        group = file.case(
            case.name, operation=case.operation, layers=list(case.layers), seed=seed, step=step,
            tolerance=case.tolerance)
        golden_file.write(group, "inputs", inputs)
        golden_file.write(group, "output_gradient", gradient)
        golden_file.write_tensors(group, "state", floats(model.state_dict()))
        if torch.equal(results["evaluation"], results["outputs"]):
            del results["evaluation"]
        for name, result in results.items():
            (golden_file.write_tensors if isinstance(result, dict) else golden_file.write)(group, name, result)


def draw(case, generator):
    """The model with its weights, a batch and the gradient by the outputs."""
    model, output = Builder(seed, step).sequential(case.layers, case.shape)
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
        if isinstance(module, nn.LayerNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    model.load_state_dict({name: rounded(tensor) for name, tensor in model.state_dict().items()})
    inputs = case.transform(torch.randn((case.batch, *case.shape), generator=generator))
    return model, rounded(inputs), rounded(torch.randn((case.batch, *output), generator=generator))


def rounded(tensor):
    """Numbers of eight bits, which a file packs well."""
    return tensor.bfloat16().double() if tensor.is_floating_point() else tensor


def floats(state):
    return {name: tensor for name, tensor in state.items() if tensor.is_floating_point()}


def run(model, inputs, gradient):
    model = copy.deepcopy(model).train()
    inputs = inputs.clone().requires_grad_()
    outputs = model(inputs)
    outputs.backward(gradient)
    running = {name: tensor for name, tensor in floats(model.state_dict()).items() if "running" in name}
    with torch.no_grad():
        evaluation = model.eval()(inputs)
    return {
        "outputs": outputs, "input_gradient": inputs.grad, "evaluation": evaluation, "running": running,
        "gradients": {name: parameter.grad for name, parameter in model.named_parameters()},
    }


def rounding_decides_nothing(model, inputs, gradient, results):
    """Whether single precision gives the same: no ReLU's kink and no tie of a maximum lies within its rounding."""
    single = run(copy.deepcopy(model).float(), inputs.float(), gradient.float())

    def close(a, b):
        if isinstance(a, dict):
            return all(close(a[name], b[name]) for name in a)
        return (a - b).abs().max() <= 5e-6 * max(b.abs().max(), 1e-6)

    return all(close(single[name], results[name]) for name in results)
