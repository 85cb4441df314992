"""Two epochs of mnist_cnn in PyTorch on one thread, on 3,000 of the 5,000 digits, with validation on 1,000."""
import gzip
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
path = pathlib.Path(__file__).resolve().parent.parent / "Examples/data/mnist_5k.csv.gz"
with gzip.open(path, "rt") as file:
    table = np.loadtxt(file, delimiter=",", dtype=np.float32)
table = torch.from_numpy(table)[torch.randperm(len(table))]
x, y = (table[:, :-1] / 255).reshape(-1, 1, 28, 28), table[:, -1].long()
model = nn.Sequential(
    nn.Conv2d(1, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, 192, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Dropout(0.5), nn.Flatten(), nn.Linear(6912, 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, 512), nn.ReLU(),
    nn.Linear(512, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
loss_function = nn.CrossEntropyLoss()
start = time.monotonic()
for _ in range(2):
    model.train()
    for batch in torch.randperm(3000).split(128):
        optimizer.zero_grad()
        loss_function(model(x[batch]), y[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for batch in torch.arange(3000, 4000).split(128):
            loss_function(model(x[batch]), y[batch])
print(json.dumps({"seconds_per_epoch": (time.monotonic() - start) / 2}))
