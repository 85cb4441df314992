"""A classifier of handwritten digits in plain Python: softmax regression by gradient descent, with nothing but argparse.

It knows nothing of Winnow: `digits.yaml` runs it as it is.
"""
import argparse
import math
import random


def digits(count):
    """Made-up digits: seven segments that are on or off, with noise, and the digit that they show."""
    segments = [0b1110111, 0b0010010, 0b1011101, 0b1011011, 0b0111010, 0b1101011, 0b1101111, 0b1010010, 0b1111111, 0b1111011]
    generator = random.Random(7)
    for _ in range(count):
        label = generator.randrange(10)
        lit = [(segments[label] >> place & 1) for place in range(7)]
        yield [value + generator.gauss(0, 0.4) for value in lit] + [1.0], label


def probabilities(weights, x):
    scores = [sum(w * v for w, v in zip(row, x)) for row in weights]
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--decay", type=float, default=0.0)
parser.add_argument("--epochs", type=int, default=5)
options = parser.parse_args()

samples = list(digits(1500))
training, validation = samples[:1000], samples[1000:]
weights = [[0.0] * 8 for _ in range(10)]
for epoch in range(1, options.epochs + 1):
    for x, label in training:
        for digit, (row, p) in enumerate(zip(weights, probabilities(weights, x))):
            slope = p - (digit == label)
            for place, value in enumerate(x):
                row[place] -= options.lr * (slope * value + options.decay * row[place])
    found = [(probabilities(weights, x), label) for x, label in validation]
    loss = -sum(math.log(max(p[label], 1e-12)) for p, label in found) / len(found)
    right = sum(max(range(10), key=p.__getitem__) == label for p, label in found)
    print(f"Epoch {epoch}/{options.epochs}: val_loss={loss:.4f} val_accuracy={right / len(found):.4f}")
