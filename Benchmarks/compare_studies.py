"""What the main job must reach, measured: the demo, the housing study against Optuna with PyTorch, the first result,
and a trial's epoch against PyTorch's on the same core.

    python3 Benchmarks/compare_studies.py [--python PYTHON] [--winnow WINNOW] [PART...]

PARTs: demo housing first epoch (all of them by default). PYTHON is an interpreter with torch and optuna; without it,
one is made in .build/studies with pip. Run it from the repository; build winnow first.
"""
import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parent


def peers_python():
    """An interpreter with PyTorch and Optuna, made once."""
    venv = here / ".build" / "studies"
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy", "optuna"], check=True)
    return python


def run_study(winnow, file, folder, *more, prefix=()):
    """Seconds, and the study as `run --json` gives it."""
    start = time.monotonic()
    command = [*prefix, winnow, "run", file, "--study", folder, "--json", *more]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return time.monotonic() - start, json.loads(done.stdout)


def winner(study):
    return next(trial for trial in study["trials"] if trial["trial"] == study["selected_trial"])


def demo(options, folder):
    seconds, study = run_study(options.winnow, "Examples/mnist.yaml", folder / "demo", "--workers", "2")
    accuracy = winner(study)["test_metrics"]["test_accuracy"]
    print(f"demo: {seconds:.0f} s (must: 240), test accuracy of the winner {accuracy:.4f} (must: 0.95)")
    return seconds < 240 and accuracy >= 0.95


def housing(options, folder):
    ours, r2 = [], []
    for turn in range(3):
        seconds, study = run_study(options.winnow, "Examples/housing.yaml", folder / f"housing{turn}", "--workers", "2")
        ours.append(seconds)
        r2.append(winner(study)["test_metrics"]["test_r2"])
    done = subprocess.run(
        [options.python, here / "housing_optuna.py"], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    theirs = json.loads(done.stdout)
    median = statistics.median(ours)
    print(f"housing: {median:.2f} s in the median of {', '.join(f'{s:.2f}' for s in ours)} (must: 5, aim: 1.5), "
          f"test R2 {r2[0]:.3f} (must: 0.80)")
    print(f"  Optuna with PyTorch, two processes: {theirs['seconds']:.1f} s, test R2 {theirs['test_r2']:.3f}; "
          f"Winnow takes a {theirs['seconds'] / median:.0f}th of the time")
    return median < 5 and min(r2) >= 0.80


def first(options, folder):
    """From the start of `winnow run` to its first epoch's line."""
    times = []
    for turn in range(5):
        start = time.monotonic()
        process = subprocess.Popen(
            [options.winnow, "run", "Examples/housing.yaml", "--study", folder / f"first{turn}"], cwd=root,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if re.match(r"trial \d+: epoch 1/", line):
                times.append(time.monotonic() - start)
                break
        process.stderr.read()
        process.wait()
    print(f"first epoch result: {statistics.median(times):.3f} s in the median, {max(times):.3f} s at most (must: 0.5)")
    return statistics.median(times) < 0.5


def epoch(options, folder):
    """Seconds for an epoch of one trial of mnist_cnn, training and validation, in alternation on one core."""
    ours, theirs = [], []
    pin = ["taskset", "-c", options.core]
    for turn in range(2):
        _, study = run_study(
            options.winnow, "Examples/mnist.yaml", folder / f"epoch{turn}", "--workers", "1", "--set",
            "train.epochs=2", "--set", "search.trials=1", prefix=pin)
        ours.append(study["trials"][0]["training_seconds"] / 2)
        done = subprocess.run(
            [*pin, options.python, here / "mnist_epoch.py"], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
        theirs.append(json.loads(done.stdout)["seconds_per_epoch"])
    print(f"epoch of mnist_cnn on one core: Winnow {min(ours):.1f} s, PyTorch {min(theirs):.1f} s: "
          f"{min(theirs) / min(ours):.2f} times PyTorch's speed (must: 1)")
    return min(ours) <= min(theirs)


def main():
    parts = {"demo": demo, "housing": housing, "first": first, "epoch": epoch}
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", type=pathlib.Path)
    parser.add_argument("--winnow", type=pathlib.Path, default=root / ".build/release/winnow")
    parser.add_argument("--core", default="0")
    parser.add_argument("parts", nargs="*", choices=[[], *parts], default=list(parts))
    options = parser.parse_args()
    options.winnow = options.winnow.resolve()
    options.python = options.python or peers_python()
    with tempfile.TemporaryDirectory() as folder:
        reached = [parts[part](options, pathlib.Path(folder)) for part in options.parts]
    sys.exit(0 if all(reached) else 1)


main()
