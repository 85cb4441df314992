"""Winnow against PyTorch on one core: the same model, weights, batch, loss and optimizer (Adam), in alternation.

    python3 Benchmarks/compare_training.py [--python PYTHON] [--bench WINNOW-BENCH] [--rounds N] [WORK...]

PYTHON is an interpreter that has torch; without it, one is made in .build/torch with pip. WINNOW-BENCH is built from
this folder where it is not given. Losses are compared with dropout off (the two draw other masks), times with 0.5.
PyTorch's time under autocast to bfloat16 stands beside: it computes other numbers, and is its fastest mode on CPUs with
bf16 units. After each work stands where Winnow's step spends its time. The exit code is 1 where the two compute different numbers;
a speed below the wanted one is only said, since a busy machine may be to blame; processor time, the mean of a round, is
what suffers least from that.
"""
import argparse
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Work:
    workload: str
    # Steps in a round, about as long for every work.
    steps: int
    # How many times PyTorch's speed it must reach.
    at_least: float
    evaluates: bool = False


works = {
    "resnet18": Work("resnet18", 3, 2.5),
    "mnist_cnn": Work("mnist_cnn", 8, 2.5),
    "regressor": Work("regressor", 2000, 50),
    "resnet18_evaluation": Work("resnet18", 6, 2.5, evaluates=True),
}


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


def built_bench():
    build = ["swift", "build", "--package-path", here, "-c", "release"]
    run(build)
    return pathlib.Path(run(build + ["--show-bin-path"]).strip()) / "winnow-bench"


class Comparison:
    def __init__(self, python, bench, core, rounds):
        self.pin = ["taskset", "-c", core]
        self.torch, self.winnow, self.rounds = [python, here / "train_step.py"], [bench], rounds

    def commands(self, work, exchange, dropout, steps):
        if work.evaluates:
            return {
                "PyTorch": self.torch + [work.workload, exchange, "--evaluate", steps],
                "Winnow": self.winnow + ["evaluate", work.workload, exchange, steps],
            }
        return {
            "PyTorch": self.torch + [work.workload, exchange, dropout, steps],
            "Winnow": self.winnow + ["train", work.workload, exchange, dropout, steps],
        }

    def measure(self, command):
        return json.loads(run(self.pin + command))

    def compare(self, name, work):
        """Prints what was measured, and says whether both computed the same."""
        with tempfile.TemporaryDirectory() as folder:
            exchange = pathlib.Path(folder) / "exchange.raw"
            run(self.torch + [work.workload, exchange, "--export"])
            same = self.compare_numbers(
                name, {side: self.measure(c) for side, c in self.commands(work, exchange, 0, 1).items()})
            commands = self.commands(work, exchange, 0.5, work.steps)
            commands["PyTorch bf16"] = self.torch + ["--bf16"] + commands["PyTorch"][len(self.torch):]
            rounds = {side: [] for side in commands}
            for _ in range(self.rounds):
                for side, command in commands.items():
                    rounds[side].append(self.measure(command))
        self.print_times(work, rounds)
        if not work.evaluates:
            print(run(self.pin + self.winnow + ["profile", work.workload]))
        return same

    def compare_numbers(self, name, results):
        key = "losses" if "losses" in results["Winnow"] else "predictions"
        torch, winnow = results["PyTorch"][key], results["Winnow"][key]
        # The largest, and NaN where a value is not a number.
        difference = max((abs(a - b) for a, b in zip(torch, winnow, strict=True)), key=lambda d: (d != d, d))
        same = difference <= 1e-3
        what = "loss after 10 steps" if key == "losses" else "last prediction of the first sample"
        print(f"{name}: {what} {torch[-1]:.6f} (PyTorch), {winnow[-1]:.6f} (Winnow); largest difference "
              f"{difference:.1e}{'' if same else ': NOT THE SAME'}", flush=True)
        return same

    @staticmethod
    def print_times(work, rounds):
        best, median, processor, peak = {}, {}, {}, {}
        for side, results in rounds.items():
            best[side] = min(r["min_ms"] for r in results)
            median[side] = statistics.median(r["median_ms"] for r in results)
            processor[side] = min(r["processor_ms"] for r in results)
            peak[side] = max(r["peak_mb"] for r in results)
            print(f"  {side:12} {best[side]:10.4f} ms per step at best, {median[side]:10.4f} in the median, "
                  f"{processor[side]:10.4f} of processor time; {peak[side]:6.0f} MB at most")
        for words, times in {
            "at best": best, "in the median": median, "in processor time": processor,
        }.items():
            ratio, other = (times[side] / times["Winnow"] for side in ["PyTorch", "PyTorch bf16"])
            verdict = "reaches" if ratio >= work.at_least else "MISSES"
            print(f"  Winnow is {ratio:.2f} times as fast {words}: {verdict} the {work.at_least} that it must be; "
                  f"{other:.2f} times PyTorch in bf16")
        share = peak["Winnow"] / peak["PyTorch"]
        print(f"  Winnow takes {share:.2f} of PyTorch's memory{'' if share <= 1 else ': MORE'}\n", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", type=pathlib.Path)
    parser.add_argument("--bench", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", default="0")
    parser.add_argument("works", nargs="*", default=list(works), metavar="work", help=", ".join(works))
    options = parser.parse_args()
    comparison = Comparison(
        options.python or torch_python(), options.bench or built_bench(), options.core, options.rounds)
    same = [comparison.compare(name, works[name]) for name in options.works]
    sys.exit(0 if all(same) else 1)


if __name__ == "__main__":
    main()
