"""Optimizers: a small network's weights after each of five steps, every step with a batch of its own.

Attributes: `optimizer` as an experiment file writes it, and `layers`; the loss is the mean squared error. Groups:
`state` (before) and `trajectory` (after each step, along the first dimension). Datasets: `inputs` and `targets`, by
step, and, where a schedule changes them, `rates` and `momenta`, by step.
"""
import zlib

import torch
import torch.nn.functional as F

from . import golden_file
from .layer_cases import linear
from .layers import rounded
from .modules import Builder

layers = [linear(4), {"kind": "tanh"}, linear(2)]
steps, batch, features = 5, 4, 3


def cases():
    sgd, adam, adamw, rmsprop = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop
    yield "sgd", {"kind": "sgd", "learning_rate": 0.1}, sgd, {}
    yield "sgd_momentum", {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9}, sgd, {"momentum": 0.9}
    yield (
        "sgd_nesterov", {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.8, "nesterov": True}, sgd,
        {"momentum": 0.8, "nesterov": True})
    yield "adam", {"kind": "adam", "learning_rate": 0.01}, adam, {}
    yield (
        "adam_settings", {"kind": "adam", "learning_rate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}, adam,
        {"betas": (0.8, 0.95), "eps": 1e-3})
    yield "adamw", {"kind": "adamw", "learning_rate": 0.01}, adamw, {"weight_decay": 0}
    yield "rmsprop", {"kind": "rmsprop", "learning_rate": 0.01}, rmsprop, {}
    yield (
        "rmsprop_settings",
        {"kind": "rmsprop", "learning_rate": 0.01, "alpha": 0.9, "epsilon": 1e-3, "momentum": 0.7}, rmsprop,
        {"alpha": 0.9, "eps": 1e-3, "momentum": 0.7})


def variants():
    for name, settings, optimizer, arguments in cases():
        yield name, settings, optimizer, arguments
        if name not in ("sgd_momentum", "adam_settings", "rmsprop"):
            decayed = {**arguments, "weight_decay": 0.05}
            yield f"{name}_weight_decay", {**settings, "weight_decay": 0.05}, optimizer, decayed
    for name, settings, optimizer, arguments in list(cases()):
        if name in ("sgd_nesterov", "adam", "adamw", "rmsprop_settings"):
            yield f"{name}_one_cycle", settings, optimizer, arguments
    # Some of the gradients' norms lie above the bound, others below.
    yield "sgd_clipped", {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9, "clip_norm": 1.0}, torch.optim.SGD, {
        "momentum": 0.9}
    yield (
        "adamw_clipped_weight_decay",
        {"kind": "adamw", "learning_rate": 0.01, "weight_decay": 0.1, "clip_norm": 1.0}, torch.optim.AdamW,
        {"weight_decay": 0.1})


class Cycled:
    """An optimizer under OneCycleLR, whose momentum is cycled too."""

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=optimizer.param_groups[0]["lr"], total_steps=steps, div_factor=4, final_div_factor=2)
        self.rates, self.momenta = [], []

    def zero_grad(self):
        self.optimizer.zero_grad()

    def step(self):
        group = self.optimizer.param_groups[0]
        self.rates.append(group["lr"])
        self.momenta.append(group["betas"][0] if "betas" in group else group["momentum"])
        self.optimizer.step()
        if len(self.rates) < steps:
            self.schedule.step()


def write(file):
    for name, settings, optimizer, arguments in variants():
        generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        torch.manual_seed(zlib.crc32(name.encode()))
        model, output = Builder(seed=0, step=0).sequential(layers, (features,))
        model.load_state_dict({name: rounded(tensor) for name, tensor in model.state_dict().items()})
        inputs = rounded(torch.randn((steps, batch, features), generator=generator))
        targets = rounded(torch.randn((steps, batch, *output), generator=generator))
        group = file.case(name, optimizer=settings, layers=layers)
        golden_file.write(group, "inputs", inputs)
        golden_file.write(group, "targets", targets)
        golden_file.write_tensors(group, "state", model.state_dict())
        rule = optimizer(model.parameters(), lr=settings["learning_rate"], **arguments)
        if name.endswith("one_cycle"):
            rule = Cycled(rule)
        trajectory, norms = [], []
        for x, y in zip(inputs, targets):
            rule.zero_grad()
            F.mse_loss(model(x), y).backward()
            if "clip_norm" in settings:
                norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip_norm"]).item())
            rule.step()
            trajectory.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
        assert not norms or min(norms) < settings["clip_norm"] < max(norms), norms
        if isinstance(rule, Cycled):
            golden_file.write(group, "rates", rule.rates, dtype="<f8")
            golden_file.write(group, "momenta", rule.momenta, dtype="<f8")
        golden_file.write_tensors(
            group, "trajectory", {name: torch.stack([state[name] for state in trajectory]) for name in trajectory[0]})
