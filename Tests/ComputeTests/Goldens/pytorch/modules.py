"""PyTorch modules from the same list of layers that the Swift tests build their model from.

A layer is a dictionary: its kind, as an experiment file names it, and its settings.
"""
import numpy as np
import torch
from torch import nn

from . import philox


class Residual(nn.Module):
    """body(x) + shortcut(x); an empty shortcut is the identity."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class MaskedDropout(nn.Module):
    """Dropout with the mask that Winnow draws for (seed, node, step): one number for each value or each channel."""

    def __init__(self, probability, channels, node, seed, step):
        super().__init__()
        self.probability, self.channels = np.float32(probability), channels
        self.stream = {"seed": seed, "purpose": "dropout", "index": node, "step": step}

    def forward(self, x):
        if not self.training:
            return x
        shape = x.shape[:2] + (1,) * (x.dim() - 2) if self.channels else x.shape
        kept = philox.uniform(int(np.prod(shape)), **self.stream) >= self.probability
        return x * torch.from_numpy(kept.reshape(shape)).to(x.dtype) / (1 - float(self.probability))


class Embedding(nn.Module):
    """`nn.Embedding` in the place of one number of a flat sample; unknown positions have the vector 0."""

    def __init__(self, place, categories, dimensions):
        super().__init__()
        self.place, self.categories = place, categories
        self.weight = nn.Parameter(torch.empty(categories, dimensions))
        nn.init.normal_(self.weight)

    def forward(self, x):
        position = x[:, self.place].long()
        known = (position >= 0) & (position < self.categories)
        vector = nn.functional.embedding(position.where(known, 0), self.weight) * known[:, None]
        return torch.cat([x[:, :self.place], vector, x[:, self.place + 1:]], dim=1)


class Builder:
    """Builds modules, and counts nodes as a placed model does: a residual's body, its shortcut, then the sum."""

    def __init__(self, seed, step):
        self.seed, self.step = seed, step
        self.nodes = 0

    def sequential(self, layers, shape):
        """The layers as one module, and the shape of a sample that they leave."""
        modules = nn.Sequential()
        for layer in layers:
            module, shape = self.module(layer, shape)
            modules.append(module)
        return modules, shape

    def module(self, layer, shape):
        settings = {key: value for key, value in layer.items() if key != "kind"}
        if layer["kind"] == "residual":
            body, output = self.sequential(layer["body"], shape)
            shortcut, _ = self.sequential(layer.get("shortcut", []), shape)
            module = Residual(body, shortcut)
        else:
            module = self.plain(layer["kind"], settings, shape)
            with torch.no_grad():
                output = tuple(module.eval()(torch.zeros(1, *shape)).shape[1:])
            module.train()
        self.nodes += 1
        return module, output

    def plain(self, kind, settings, shape):
        match kind:
            case "linear":
                return nn.Linear(shape[0], settings["outputs"], bias=settings.get("bias", True))
            case "embedding":
                return Embedding(**settings)
            case "conv2d":
                return nn.Conv2d(
                    shape[0], settings["channels"], settings["kernel"], stride=settings.get("stride", 1),
                    padding=settings.get("padding", 0), bias=settings.get("bias", True))
            case "batch_norm":
                norm = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
                return norm(shape[0], momentum=settings.get("momentum", 0.1), eps=settings.get("epsilon", 1e-5))
            case "layer_norm":
                return nn.LayerNorm(shape, eps=settings.get("epsilon", 1e-5))
            case "relu":
                return nn.ReLU()
            case "leaky_relu":
                return nn.LeakyReLU(settings.get("slope", 0.01))
            case "gelu":
                return nn.GELU()
            case "sigmoid":
                return nn.Sigmoid()
            case "tanh":
                return nn.Tanh()
            case "max_pool2d":
                return nn.MaxPool2d(settings["kernel"], settings.get("stride"), settings.get("padding", 0))
            case "avg_pool2d":
                return nn.AvgPool2d(settings["kernel"], settings.get("stride"), settings.get("padding", 0))
            case "global_avg_pool":
                return nn.AdaptiveAvgPool2d(1)
            case "flatten":
                return nn.Flatten()
            case "dropout" | "dropout2d":
                return MaskedDropout(
                    settings["probability"], kind == "dropout2d", self.nodes, self.seed, self.step)
        raise ValueError(kind)
