"""A small convolutional network on scikit-learn's digits, with a checkpoint that it goes on from."""
import argparse
import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

import winnow

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--width", type=int, default=16)
parser.add_argument("--epochs", type=int, default=10)
options = parser.parse_args()

torch.manual_seed(winnow.seed())
x, y = load_digits(return_X_y=True)
x = torch.tensor(x, dtype=torch.float32).reshape(-1, 1, 8, 8) / 16
y = torch.tensor(y)
order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
training, validation = order[:1400], order[1400:]

model = nn.Sequential(
    nn.Conv2d(1, options.width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(options.width * 16, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=options.lr)
file = winnow.checkpoint_folder() / "state.pt"
begun = 0
if file.exists():
    state = torch.load(file)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    begun = state["epoch"]

for epoch in range(begun + 1, options.epochs + 1):
    model.train()
    for batch in training[torch.randperm(len(training))].split(64):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores = model(x[validation])
        val_loss = nn.functional.cross_entropy(scores, y[validation])
        val_accuracy = (scores.argmax(1) == y[validation]).float().mean()
    part = file.with_suffix(".part")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, part)
    part.replace(file)
    winnow.report(epoch, val_loss=val_loss, val_accuracy=val_accuracy, checkpoint=True)
    if winnow.should_stop():
        sys.exit(winnow.SAVED)
