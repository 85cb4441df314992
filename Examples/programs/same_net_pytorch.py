"""The net of `same_net.yaml` in PyTorch, on the same rows of the same data: `same_net_pytorch.yaml` runs it."""
import argparse
import csv
import gzip
import pathlib

import torch
from torch import nn

import winnow


def words(seed, purpose, index=0, step=0):
    """Winnow's random words for one purpose: the generator Philox4x32-10 (Salmon et al., SC'11)."""
    block = 0
    while True:
        c, k = (block & 0xFFFFFFFF, block >> 32, step, purpose << 24 | index), (seed & 0xFFFFFFFF, seed >> 32)
        for _ in range(10):
            p, q = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
            c = (q >> 32 ^ c[1] ^ k[0], q & 0xFFFFFFFF, p >> 32 ^ c[3] ^ k[1], p & 0xFFFFFFFF)
            k = (k[0] + 0x9E3779B9 & 0xFFFFFFFF, k[1] + 0xBB67AE85 & 0xFFFFFFFF)
        yield from c
        block += 1


def permutation(count, stream):
    """The Fisher-Yates shuffle, with numbers drawn without bias (Lemire, 2019)."""
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        while ((product := next(stream) * (i + 1)) & 0xFFFFFFFF) < 2**32 % (i + 1):
            pass
        order[i], order[product >> 32] = order[product >> 32], order[i]
    return torch.tensor(order)


def split(count, validation, test, seed):
    """The rows of the validation, test and training splits that Winnow draws with `stratified: false`."""
    order = permutation(count, words(seed, purpose=4))
    return [part.sort().values for part in order.split([validation, test, count - validation - test])]


def initialize(model, seed):
    """Draws weights and biases from U(-1 / sqrt(fan_in), 1 / sqrt(fan_in)), PyTorch's default, as Winnow does."""
    layers = [layer for layer in model if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for index, (layer, name) in enumerate((layer, name) for layer in layers for name in ("weight", "bias")):
        parameter, stream = getattr(layer, name), words(seed, purpose=1, index=index)
        uniform = torch.tensor([next(stream) >> 8 for _ in range(parameter.numel())], dtype=torch.float32) / 2**24
        bound = layer.weight[0].numel() ** -0.5
        parameter.data = ((2 * uniform - 1) * bound).reshape(parameter.shape)


parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--split-seed", type=int, default=1, help="the seed of same_net.yaml")
options = parser.parse_args()

with gzip.open(pathlib.Path(__file__).with_name("digits.csv.gz"), "rt") as file:
    table = torch.tensor([[float(cell) for cell in row] for row in csv.reader(file)])
x, y = table[:, :-1].reshape(-1, 1, 8, 8) / 16, table[:, -1].long()  # The pixels are 0 to 16.
validation, test, training = split(len(x), 300, 300, options.split_seed)

model = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 4 * 4, 10))
initialize(model, winnow.seed())
optimizer = torch.optim.Adam(model.parameters(), lr=options.lr)


def measure(rows):
    with torch.no_grad():
        scores = model(x[rows])
        return nn.functional.cross_entropy(scores, y[rows]), (scores.argmax(1) == y[rows]).float().mean()


for epoch in range(1, options.epochs + 1):
    order = permutation(len(training), words(winnow.seed(), purpose=2, step=epoch))
    for batch in training[order].split(options.batch_size):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    validation_loss, validation_accuracy = measure(validation)
    test_loss, test_accuracy = measure(test)
    winnow.report(epoch, validation_loss=validation_loss, validation_accuracy=validation_accuracy,
                  test_loss=test_loss, test_accuracy=test_accuracy)
