"""Winnow against PyTorch on one core: the same model, weights, batch, loss and optimizer (Adam), in alternation.

    python3 Benchmarks/compare_training.py [--python PYTHON] [--bench WINNOW-BENCH] [--rounds N] [MODEL...]

PYTHON is an interpreter that has torch; without it, one is made in .build/torch with pip. WINNOW-BENCH is built from
this folder where it is not given. Losses are compared with dropout off (the two draw other masks), times with 0.5.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
steps = {"mnist_cnn": 8, "regressor": 2000}


def run(command):
    return subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True).stdout


def torch_python():
    """An interpreter with PyTorch, made once."""
    venv = here / ".build" / "torch"
    python = venv / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", venv])
        run([python, "-m", "pip", "install", "--quiet", "torch", "numpy"])
    return python


def bench():
    build = ["swift", "build", "--package-path", here, "-c", "release"]
    run(build)
    return pathlib.Path(run(build + ["--show-bin-path"]).strip()) / "winnow-bench"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", type=pathlib.Path)
    parser.add_argument("--bench", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", default="0")
    parser.add_argument("models", nargs="*", default=list(steps))
    options = parser.parse_args()
    sides = {
        "PyTorch": [options.python or torch_python(), here / "train_step.py"],
        "Winnow": [options.bench or bench()],
    }
    ok = True
    for model in options.models:
        with tempfile.TemporaryDirectory() as folder:
            exchange = pathlib.Path(folder) / "exchange.raw"
            run(sides["PyTorch"] + [model, exchange, 0, 1, "--export"])

            def measure(side, dropout, count):
                return json.loads(run(["taskset", "-c", options.core] + sides[side] + [model, exchange, dropout, count]))

            losses = {side: measure(side, 0, 1)["losses"] for side in sides}
            times = {side: [] for side in sides}
            for _ in range(options.rounds):
                for side in sides:
                    times[side].append(measure(side, 0.5, steps[model]))
        difference = max(abs(a - b) for a, b in zip(losses["PyTorch"], losses["Winnow"], strict=True))
        ok = ok and difference < 1e-3
        print(f"{model}: loss after 10 steps {losses['PyTorch'][-1]:.6f} (PyTorch), {losses['Winnow'][-1]:.6f} (Winnow); "
              f"largest difference {difference:.1e}")
        median = {}
        for side, rounds in times.items():
            median[side] = statistics.median(r["median_ms"] for r in rounds)
            print(f"  {side:8} {min(r['min_ms'] for r in rounds):10.4f} ms per step at best, {median[side]:10.4f} in the median")
        print(f"  Winnow runs at {median['PyTorch'] / median['Winnow']:.2f} times PyTorch's speed")
    sys.exit(0 if ok else 1)


main()
