"""Schedules: the learning rate, and the momentum where it is cycled, in every step of every epoch.

Attributes: `schedule` as an experiment file writes it, `learning_rate`, `steps_per_epoch` and `goal`. Datasets:
`rates` and `momenta` [epochs, steps]; a momentum that the schedule leaves alone is NaN; `monitored` [epochs], what the
plateau is looked for in.

A warm-up is a LinearLR, one step for each batch; the schedule begins after it, as with SequentialLR.
"""
import math

import numpy as np
import torch
from torch.optim import lr_scheduler

from . import golden_file

rate, steps_per_epoch = 0.02, 5


def by_epoch(make):
    """Rates of a scheduler that is stepped after each epoch."""
    def run(optimizer, monitored):
        scheduler = make(optimizer)
        for value in monitored:
            for _ in range(steps_per_epoch):
                yield current(optimizer), math.nan
            optimizer.step()
            if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
                scheduler.step(value)
            else:
                scheduler.step()
    return run


def one_cycle(epochs, **settings):
    """Rates, and momenta where they are cycled, of OneCycleLR, which is stepped after each batch."""
    def run(optimizer, monitored):
        total = epochs * steps_per_epoch
        scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=total, **settings)
        for step in range(len(monitored) * steps_per_epoch):
            yield current(optimizer), momentum(optimizer) if settings["cycle_momentum"] else math.nan
            optimizer.step()
            if step < total - 1:
                scheduler.step()
    return run


def current(optimizer):
    return optimizer.param_groups[0]["lr"]


def momentum(optimizer):
    group = optimizer.param_groups[0]
    return group["betas"][0] if "betas" in group else group["momentum"]


def cases():
    """Name, epochs, the schedule, and what runs PyTorch's."""
    yield "constant", 3, {"kind": "constant"}, by_epoch(lambda o: lr_scheduler.ConstantLR(o, factor=1))
    yield (
        "step", 9, {"kind": "step", "epochs": 3, "factor": 0.2},
        by_epoch(lambda o: lr_scheduler.StepLR(o, step_size=3, gamma=0.2)))
    yield (
        "step_each_epoch", 5, {"kind": "step", "epochs": 1, "factor": 0.9},
        by_epoch(lambda o: lr_scheduler.StepLR(o, step_size=1, gamma=0.9)))
    # One epoch more than the cosine has: the minimum.
    yield (
        "cosine", 9, {"kind": "cosine", "epochs": 8, "minimum": 0.001},
        by_epoch(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=8, eta_min=0.001)))
    yield (
        "cosine_to_zero", 6, {"kind": "cosine", "epochs": 5, "minimum": 0.0},
        by_epoch(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=5)))
    yield (
        "one_cycle", 7, {"kind": "one_cycle", "epochs": 7, "momentum": [0.85, 0.95]},
        one_cycle(7, cycle_momentum=True, base_momentum=0.85, max_momentum=0.95))
    yield (
        "one_cycle_settings", 6,
        {
            "kind": "one_cycle", "epochs": 6, "rise": 0.45, "divisor": 10.0, "final_divisor": 100.0,
            "momentum": [0.7, 0.9],
        },
        one_cycle(
            6, pct_start=0.45, div_factor=10, final_div_factor=100, cycle_momentum=True, base_momentum=0.7,
            max_momentum=0.9))
    yield (
        "one_cycle_without_momentum", 5, {"kind": "one_cycle", "epochs": 5, "momentum": None},
        one_cycle(5, cycle_momentum=False))
    yield (
        "reduce_on_plateau", 20,
        {"kind": "reduce_on_plateau", "factor": 0.5, "patience": 2, "threshold": 0.01, "minimum": 0.004},
        by_epoch(lambda o: lr_scheduler.ReduceLROnPlateau(
            o, "min", factor=0.5, patience=2, threshold=0.01, min_lr=0.004)))
    yield (
        "reduce_on_plateau_maximize", 20, {"kind": "reduce_on_plateau", "factor": 0.1, "patience": 1},
        by_epoch(lambda o: lr_scheduler.ReduceLROnPlateau(o, "max", factor=0.1, patience=1)))


def metrics(epochs, goal):
    """A loss that falls to a plateau, gets a little better than it, much better, and worse; or its negative's shape."""
    losses = [
        2, 1.5, 1.2, 1.19, 1.195, 1.2, 1.189, 0.9, 0.95, 0.96, 0.899, 0.97, 0.98, 1, 1.1, 0.5, 0.51, 0.52, 0.53, 0.6]
    values = [losses[epoch % len(losses)] for epoch in range(epochs)]
    return values if goal == "minimize" else [3 - value for value in values]


def write(file):
    for name, epochs, schedule, run in cases():
        goal = "maximize" if name.endswith("maximize") else "minimize"
        # Both kinds of momentum: beta1 of Adam's, and SGD's own.
        kinds = {"": sgd, "_adam": adam} if schedule.get("momentum") else {"": sgd}
        for suffix, make in kinds.items():
            rows = list(run(make(), metrics(epochs, goal)))
            write_case(file, name + suffix, schedule, goal, rows, metrics(epochs, goal))
        warmup = {"epochs": 2, "start_factor": 0.25}
        monitored = metrics(epochs, goal)
        rows = list(warm_up(sgd(), **warmup)) + list(run(sgd(), monitored))
        # What the epochs of the warm-up brought does not count for the plateau.
        write_case(
            file, f"warmup_{name}", {**schedule, "warmup": warmup}, goal, rows, [1.0] * warmup["epochs"] + monitored)


def warm_up(optimizer, epochs, start_factor):
    steps = epochs * steps_per_epoch
    scheduler = lr_scheduler.LinearLR(optimizer, start_factor=start_factor, total_iters=steps)
    for _ in range(steps):
        yield current(optimizer), math.nan
        optimizer.step()
        scheduler.step()


def sgd():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=0.9)


def adam():
    return torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=rate)


def write_case(file, name, schedule, goal, rows, monitored):
    group = file.case(
        name, schedule=schedule, learning_rate=rate, steps_per_epoch=steps_per_epoch, goal=goal)
    rates, momenta = np.array(rows).T.reshape(2, -1, steps_per_epoch)
    golden_file.write(group, "rates", rates, dtype="<f8")
    golden_file.write(group, "momenta", momenta, dtype="<f8")
    golden_file.write(group, "monitored", monitored, dtype="<f8")
