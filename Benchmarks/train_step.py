"""PyTorch's side of the comparison: train_step.py MODEL EXCHANGE-FILE DROPOUT STEPS [--export]

Trains MODEL with one thread on the batch of the exchange file and prints, as JSON, the losses of the first ten steps
and the time of the steps after them. With --export it writes that file first: every weight in the order of
`state_dict()`, then one batch of features, then its targets, all as 32-bit floats.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn


def workload(name, dropout):
    """The model, the loss, the batch size and the shape of a sample; the same as the Swift side's Workload."""
    if name == "mnist_cnn":
        model = nn.Sequential(
            nn.Conv2d(1, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 192, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Dropout(dropout), nn.Flatten(),
            nn.Linear(6912, 1024), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(1024, 512), nn.ReLU(),
            nn.Linear(512, 10))
        return model, nn.CrossEntropyLoss(), 128, (1, 28, 28)
    if name == "regressor":
        model = nn.Sequential(nn.Linear(13, 50), nn.ReLU(), nn.Dropout(dropout), nn.Linear(50, 1))
        return model, nn.MSELoss(), 32, (13,)
    sys.exit(f"no such model: {name}")


def export(path, name):
    torch.manual_seed(0)
    model, _, batch, shape = workload(name, 0.0)
    random = np.random.default_rng(0)
    features = random.random((batch, *shape), dtype=np.float32)
    targets = random.integers(0, 10, batch) if name == "mnist_cnn" else random.random((batch, 1))
    with open(path, "wb") as file:
        for tensor in model.state_dict().values():
            file.write(tensor.numpy().astype("<f4").tobytes())
        file.write(features.tobytes())
        file.write(np.asarray(targets, dtype="<f4").tobytes())


def main():
    name, path, dropout, steps = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(1)
    if "--export" in sys.argv:
        export(path, name)
        return
    model, loss_function, batch, shape = workload(name, dropout)
    floats = torch.from_numpy(np.fromfile(path, dtype="<f4"))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(floats[:parameter.numel()].view(parameter.shape))
            floats = floats[parameter.numel():]
    count = batch * int(np.prod(shape))
    features, targets = floats[:count].view(batch, *shape), floats[count:]
    targets = targets.long() if name == "mnist_cnn" else targets.view(batch, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(features), targets)
        loss.backward()
        optimizer.step()
        return loss

    losses = [step().item() for _ in range(10)]
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    print(json.dumps({"losses": losses, "min_ms": times[0], "median_ms": times[len(times) // 2]}))


main()
