"""Writes the monitored metric of each epoch of a finished study's trials, one line a trial, four digits: point, seed, values.

    winnow run Benchmarks/curves/digits.yaml --study studies/curves-digits
    python3 Benchmarks/record_curves.py studies/curves-digits validation_accuracy > Benchmarks/curves/digits.csv
"""

import sys

import h5py
import numpy as np

folder, metric = sys.argv[1:]
with h5py.File(f"{folder}/study.h5") as study:
    points, replicates = study["trials/point"][()], study["trials/replicate"][()]
    trials, values = study["history/trial_id"][()], study[f"history/{metric}"][()]
for trial, (point, replicate) in enumerate(zip(points, replicates)):
    words = ["" if not np.isfinite(value) else f"{value:.4f}" for value in values[trials == trial]]
    print(",".join([str(point), str(replicate), *words]))
