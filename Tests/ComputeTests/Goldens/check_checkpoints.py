"""Whether PyTorch reads what Winnow trained: the weights of every preset, with `load_state_dict(strict=True)`.

    python3 Tests/ComputeTests/Goldens/check_checkpoints.py [--bench WINNOW-BENCH] [PRESET...]

For each preset Winnow trains a few steps, dropout on, and writes the state under its names, some samples, and its
predictions for them; the equal module must load that state and predict the same within 1e-4 in evaluation mode. Needs
torch and torchvision, whose own network stands for `resnet18_torchvision`. WINNOW-BENCH is built from `Benchmarks`
where it is not given.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch

from pytorch import presets

benchmarks = pathlib.Path(__file__).resolve().parents[3] / "Benchmarks"
modules = {
    "mlp": lambda: presets.mlp(inputs=75, outputs=4, hidden=[33, 17], dropout=0.2),
    "regressor": presets.regressor,
    "mnist_cnn": presets.mnist_cnn,
    "resnet18": presets.resnet18,
    "resnet18_torchvision": presets.resnet18_torchvision,
    "resnet": lambda: presets.resnet(classes=10, width=8, depth=2),
}


def built_bench():
    build = ["swift", "build", "--package-path", str(benchmarks), "-c", "release"]
    subprocess.run(build, check=True, stdout=sys.stderr)
    path = subprocess.run(build + ["--show-bin-path"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return pathlib.Path(path.strip()) / "winnow-bench"


def checkpoint(bench, preset):
    """The state, the features and the predictions, as tensors."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "checkpoint.raw"
        printed = subprocess.run(
            [bench, "checkpoint", preset, path], check=True, stdout=subprocess.PIPE, text=True).stdout
        floats = torch.from_numpy(np.fromfile(path, dtype="<f4"))
    tensors = {}
    for entry in json.loads(printed):
        count = int(np.prod(entry["shape"], dtype=int))
        tensors[entry["name"]] = floats[:count].view(entry["shape"])
        floats = floats[count:]
    assert len(floats) == 0, f"{len(floats)} numbers belong to no tensor"
    return tensors, tensors.pop("features"), tensors.pop("predictions")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", type=pathlib.Path)
    parser.add_argument("presets", nargs="*", default=list(modules))
    options = parser.parse_args()
    bench = options.bench or built_bench()
    ok = True
    for preset in options.presets:
        state, features, predictions = checkpoint(bench, preset)
        model = modules[preset]()
        model.load_state_dict(state, strict=True)
        with torch.no_grad():
            difference = (model.eval()(features) - predictions).abs().max().item()
        # Also not where a value is not finite.
        same = difference <= 1e-4
        ok = ok and same
        print(f"{preset}: {len(state)} tensors loaded; predictions up to {predictions.abs().max():.3g}, "
              f"largest difference {difference:.1e}{'' if same else ': NOT THE SAME'}")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
