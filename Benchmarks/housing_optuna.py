"""The housing study with Optuna and PyTorch, in two processes that share a journal file: 20 trials of 200 epochs."""
import json
import multiprocessing
import pathlib
import tempfile
import time

import numpy as np
import optuna
import torch
from torch import nn

optuna.logging.set_verbosity(optuna.logging.WARNING)
path = pathlib.Path(__file__).resolve().parent.parent / "Examples/data/boston.csv"


def parts():
    table = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32)
    table = table[np.random.default_rng(7).permutation(len(table))]
    train = table[:304]
    low, high = train.min(axis=0), train.max(axis=0)
    table = torch.from_numpy((table - low) / (high - low))
    return [(part[:, :-1], part[:, -1:]) for part in (table[:304], table[304:405], table[405:])]


def r2(model, x, y):
    return 1 - ((model(x) - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def objective(trial):
    torch.set_num_threads(1)
    torch.manual_seed(trial.number)
    (x, y), (vx, vy), (tx, ty) = parts()
    rate = trial.suggest_categorical("dropout", [0.0, 0.1, 0.25, 0.5])
    model = nn.Sequential(nn.Linear(13, 50), nn.ReLU(), nn.Dropout(rate), nn.Linear(50, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-7)
    best = float("inf")
    for _ in range(200):
        model.train()
        for batch in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            loss = nn.functional.mse_loss(model(vx), vy).item()
            if loss < best:
                best = loss
                trial.set_user_attr("test_r2", r2(model, tx, ty).item())
    return best


def work(journal):
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(journal))
    optuna.load_study(study_name="housing", storage=storage).optimize(objective, n_trials=10)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        journal = f"{folder}/journal.log"
        start = time.monotonic()
        storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(journal))
        study = optuna.create_study(study_name="housing", storage=storage)
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            pool.map(work, [journal, journal])
        print(json.dumps({
            "seconds": time.monotonic() - start, "trials": len(study.trials),
            "test_r2": study.best_trial.user_attrs["test_r2"]}))
