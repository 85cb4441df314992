"""PyTorch's side of the comparison.

    train_step.py WORKLOAD EXCHANGE-FILE --export              writes the file
    train_step.py WORKLOAD EXCHANGE-FILE DROPOUT STEPS         trains on its batch
    train_step.py WORKLOAD EXCHANGE-FILE --evaluate STEPS      predicts its batch

With `--bf16` before WORKLOAD, under autocast to bfloat16 and with images in channels_last order: PyTorch's fastest mode
on CPUs with bf16 units, in which it computes other numbers. With one thread. Prints, as JSON, the losses of the first ten steps (or the first row of the predictions), the time of
the steps after them, their processor time, and the process's peak memory. The exchange file holds every tensor of
`state_dict()` in its order, then one batch of features, then its targets, all as 32-bit floats.
"""
import contextlib
import gzip
import json
import pathlib
import resource
import sys
import time

import numpy as np
import torch
from torch import nn

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "Tests" / "ComputeTests" / "Goldens"))
from pytorch import presets  # noqa: E402


def workload(name, dropout):
    """The model, the loss, the batch size and the shape of a sample; the same as the Swift side's Workload."""
    match name:
        case "mnist_cnn":
            return presets.mnist_cnn(dropout), nn.CrossEntropyLoss(), 128, (1, 28, 28)
        case "regressor":
            return presets.regressor(dropout=dropout), nn.MSELoss(), 32, (13,)
        case "resnet18":
            return presets.resnet18(), nn.CrossEntropyLoss(), 32, (3, 32, 32)
    sys.exit(f"no such workload: {name}")


def state(model):
    """What both sides keep: PyTorch also counts a batch normalisation's batches."""
    return [tensor for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked")]


def digits(batch):
    """Handwritten digits: trained on noise, mnist_cnn makes 3e-3 of single precision's rounding, in PyTorch alone."""
    with gzip.open(root / "Examples" / "data" / "mnist_5k.csv.gz", "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32)
    table = table[np.random.default_rng(0).permutation(len(table))[:batch]]
    return table[:, :-1].reshape(batch, 1, 28, 28) / 255, table[:, -1]


def noise(batch, shape, loss):
    random = np.random.default_rng(0)
    features = random.random((batch, *shape), dtype=np.float32)
    classes = isinstance(loss, nn.CrossEntropyLoss)
    return features, random.integers(0, 10, batch) if classes else random.random((batch, 1))


def export(path, name):
    torch.manual_seed(0)
    model, loss, batch, shape = workload(name, 0.0)
    features, targets = digits(batch) if name == "mnist_cnn" else noise(batch, shape, loss)
    # Running statistics that are not a new network's.
    if any(isinstance(module, nn.BatchNorm2d) for module in model.modules()):
        with torch.no_grad():
            for _ in range(10):
                model.train()(torch.from_numpy(features))
    with open(path, "wb") as file:
        for tensor in state(model):
            file.write(tensor.numpy().astype("<f4").tobytes())
        file.write(features.tobytes())
        file.write(np.asarray(targets, dtype="<f4").tobytes())


def load(path, name, dropout):
    """The model with the file's weights, its loss, features and targets."""
    model, loss_function, batch, shape = workload(name, dropout)
    floats = torch.from_numpy(np.fromfile(path, dtype="<f4"))
    with torch.no_grad():
        for tensor in state(model):
            tensor.copy_(floats[:tensor.numel()].view(tensor.shape))
            floats = floats[tensor.numel():]
    count = batch * int(np.prod(shape))
    features, targets = floats[:count].view(batch, *shape), floats[count:]
    classes = isinstance(loss_function, nn.CrossEntropyLoss)
    return model, loss_function, features, targets.long() if classes else targets.view(batch, 1)


bf16 = "--bf16" in sys.argv


def fastest(model, features):
    """In the memory order of the chosen mode, and the context of its forward passes."""
    if not bf16:
        return model, features, contextlib.nullcontext
    if features.dim() == 4:
        features = features.contiguous(memory_format=torch.channels_last)
    model = model.to(memory_format=torch.channels_last)
    return model, features, lambda: torch.autocast("cpu", dtype=torch.bfloat16)


def report(name, values, steps, step):
    times = []
    before = time.process_time()
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    processor = (time.process_time() - before) * 1e3 / steps
    times.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps({
        name: values, "min_ms": times[0], "median_ms": times[len(times) // 2], "processor_ms": processor,
        "peak_mb": peak,
    }))


def train(path, name, dropout, steps):
    model, loss_function, features, targets = load(path, name, dropout)
    model, features, context = fastest(model, features)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        with context():
            loss = loss_function(model(features), targets)
        loss.backward()
        optimizer.step()
        return loss

    report("losses", [step().item() for _ in range(10)], steps, step)


def evaluate(path, name, steps):
    model, _, features, _ = load(path, name, 0.0)
    model, features, context = fastest(model.eval(), features)
    with torch.no_grad(), context():
        report("predictions", model(features)[0].tolist(), steps, lambda: model(features))


def main():
    torch.set_num_threads(1)
    match [argument for argument in sys.argv[1:] if argument != "--bf16"]:
        case [name, path, "--export"]:
            export(path, name)
        case [name, path, "--evaluate", steps]:
            evaluate(path, name, int(steps))
        case [name, path, dropout, steps]:
            train(path, name, float(dropout), int(steps))
        case _:
            sys.exit(__doc__)


main()
