"""Whole networks: the losses of 20 SGD steps from the same weights on the same batches.

Nothing is stored but the losses: weights and batches are drawn from Winnow's random streams, by both sides. And how
far they go apart by step k at most in `runs` runs whose weights are multiplied before each step by 1 + `rounding` times
a normal number, which is what another order of the same sums does: a net whose ReLUs switch is chaotic, and no
arithmetic can be asked to be closer to PyTorch's than PyTorch's is to itself.

- Tensor i of the model's state, in its order, takes (2 u - 1) b from stream (`seed`, initialization, index i), with b
  = 1/sqrt(fan in) for weights of two and more dimensions and 0.1 for biases; the other weights (of a batch
  normalisation) take 1 + 0.1 (2 u - 1). Running means are 0, running variances 1.
- Batch j takes its features from stream (`seed`, sampler, index j), each u; and its targets from the numbers after
  them: the class floor(10 u), or u itself. Step k trains on batch k mod `batches`.
"""
import numpy as np
import torch
import torch.nn.functional as F

from . import golden_file, philox, presets

seed, steps, batches = 2024, 20, 4
runs, rounding = 32, 1e-7


def write(file):
    write_case(file, "mnist_cnn", presets.mnist_cnn(dropout=0), (1, 28, 28), "cross_entropy", batch=8, rate=0.05)
    write_case(file, "regressor", presets.regressor(dropout=0), (13,), "mean_squared_error", batch=32, rate=0.1)
    write_case(
        file, "resnet", presets.resnet(classes=10, width=8, depth=1), (3, 16, 16), "cross_entropy", batch=16, rate=0.1)


def write_case(file, name, model, shape, loss_kind, batch, rate):
    losses = losses_of(model, shape, loss_kind, batch, rate)
    spread = np.zeros(steps)
    for run in range(runs):
        noise = torch.Generator().manual_seed(run)
        spread = np.maximum(spread, np.abs(losses_of(model, shape, loss_kind, batch, rate, noise) - losses))
    group = file.case(name, loss={"kind": loss_kind}, seed=seed, batch=batch, batches=batches, learning_rate=rate)
    golden_file.write(group, "losses", losses, dtype="<f8")
    golden_file.write(group, "spread", np.maximum.accumulate(spread), dtype="<f8")


def losses_of(model, shape, loss_kind, batch, rate, noise=None):
    model.load_state_dict({
        tensor_name: torch.from_numpy(weights(tensor_name, tuple(tensor.shape), index))
        for index, (tensor_name, tensor) in enumerate(
            item for item in model.state_dict().items() if item[1].is_floating_point())
    }, strict=False)
    drawn = [draw_batch(index, batch, shape, loss_kind) for index in range(batches)]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    loss_function = F.cross_entropy if loss_kind == "cross_entropy" else F.mse_loss
    losses = []
    for step in range(steps):
        if noise:
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.mul_(1 + rounding * torch.randn(parameter.shape, generator=noise))
        x, y = drawn[step % batches]
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def weights(name, shape, index):
    if name.endswith("running_mean"):
        return np.zeros(shape)
    if name.endswith("running_var"):
        return np.ones(shape)
    u = philox.uniform(int(np.prod(shape)), seed, "initialization", index=index).reshape(shape)
    centred = 2 * u - 1
    if len(shape) > 1:
        return centred * (1 / np.sqrt(np.float32(np.prod(shape[1:]))))
    return centred * np.float32(0.1) + np.float32(0 if name.endswith("bias") else 1)


def draw_batch(index, batch, shape, loss_kind):
    count = batch * int(np.prod(shape))
    u = philox.uniform(count + batch, seed, "sampler", index=index)
    features = torch.from_numpy(u[:count].reshape(batch, *shape)).double()
    if loss_kind == "cross_entropy":
        return features, torch.from_numpy(np.floor(u[count:] * np.float32(10))).long()
    return features, torch.from_numpy(u[count:].reshape(batch, 1)).double()
