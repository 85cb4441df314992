"""Makes the .h5 files of this folder with PyTorch: what every operation, loss, optimizer and schedule should
compute, and a step that mixes its targets or learns from pseudo-labels.

    python3 Tests/ComputeTests/Goldens/make_goldens.py          # needs torch, numpy and h5py

A file holds one group for each case; attributes say, as JSON, what the case is made of, so that the Swift tests build
it from them. Everything is computed in double precision and stored as 32-bit floats: the difference that a test sees is
Winnow's alone. PyTorch's version stands in each file. Running the script again makes the same numbers.
"""
import pathlib

import torch

from pytorch import layers, losses, optimizers, regularization, schedules, training
from pytorch.golden_file import GoldenFile

folder = pathlib.Path(__file__).resolve().parent


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for family in (layers, losses, optimizers, regularization, schedules, training):
        path = folder / f"{family.__name__.split('.')[-1]}.h5"
        with GoldenFile(path) as file:
            family.write(file)
        print(f"{path.name}: {len(file.cases)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
