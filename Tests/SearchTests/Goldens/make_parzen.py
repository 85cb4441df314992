"""Writes parzen.json: the mixtures of Optuna's TPE sampler for random histories, and their log densities.

A history's trials have the numbers of their places; a loss is null where the trial runs. Coordinates are indices of
choices, and numbers. A case has the trials of both estimators, their weights, and of each range the kernels' means and
deviations. Made with Optuna 5.0 and NumPy 2.4:

    python3 Tests/SearchTests/Goldens/make_parzen.py
"""

import json
import pathlib

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe import parzen_estimator, sampler as tpe
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)


class StableNumpy:
    """Which of two equal observations comes first is left open by NumPy's usual sort, and differs between machines."""

    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def argsort(values):
        return np.argsort(values, kind="stable")


parzen_estimator.np = StableNumpy()

REAL = FloatDistribution(-5, 10)
RATE = FloatDistribution(1e-5, 1e-1, log=True)
LAYERS = IntDistribution(1, 8)
WIDE = IntDistribution(-100, 900)
UNITS = IntDistribution(4, 512, log=True)
HALVES = FloatDistribution(-1, 4, step=0.5)
SEVENTHS = IntDistribution(3, 3 + 7 * 20, step=7)
KIND = CategoricalDistribution(["a", "b", "c"])
FLAG = CategoricalDistribution([False, True])


def described(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return {"choices": len(distribution.choices)}
    return {"low": distribution.low, "high": distribution.high, "log": distribution.log,
            "integer": isinstance(distribution, IntDistribution),
            "step": None if distribution.step == 1 else distribution.step}


def drawn(random, distribution, spread):
    """A coordinate: uniform in the scale, or near a place of the range."""
    if isinstance(distribution, CategoricalDistribution):
        return int(random.integers(len(distribution.choices)))
    low, high = distribution.low, distribution.high
    if distribution.log:
        low, high = np.log(low), np.log(high)
    width = high - low
    value = random.uniform(low, high) if spread is None else random.normal(low + 0.3 * width, spread * width)
    value = np.clip(value, low, high)
    if distribution.step not in (None, 1):
        value = low + np.round((value - low) / distribution.step) * distribution.step
    if distribution.log:
        value = np.clip(np.exp(value), distribution.low, distribution.high)
    return int(round(value)) if isinstance(distribution, IntDistribution) else float(value)


def numbers(values):
    return [float(value) for value in values]


def case(random, distributions, trials, running=0, spread=None):
    space = {f"p{index}": distribution for index, distribution in enumerate(distributions)}
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    rows = [[drawn(random, distribution, spread) for distribution in distributions] for _ in range(trials + running)]
    # Running trials are among the last ones, not all behind the finished ones; losses may be equal.
    runs = set(random.choice(np.arange(max(trials - 5, 0), trials + running), running, replace=False).tolist())
    losses = [None if index in runs else float(np.round(random.normal(), 2)) for index in range(trials + running)]
    for row, loss in zip(rows, losses):
        study.add_trial(create_trial(
            state=TrialState.RUNNING if loss is None else TrialState.COMPLETE, value=loss, distributions=space,
            params={name: space[name].to_external_repr(value) for name, value in zip(space, row)}))
    sampler, all_trials = study.sampler, study.get_trials(deepcopy=False)
    below, above = tpe._split_trials(study, all_trials, tpe.default_gamma(trials))
    points = [[drawn(random, distribution, None) for distribution in distributions] for _ in range(3)] + rows[:2]
    columns = {name: np.array(column) for name, column in zip(space, zip(*points))}
    estimators = []
    for half, is_below in [(below, True), (above, False)]:
        estimator = sampler._build_parzen_estimator(study, space, half, handle_below=is_below)
        mixture = estimator._mixture_distribution
        estimators.append({
            "trials": [trial.number for trial in half], "weights": numbers(mixture.weights),
            "normals": [None if isinstance(distribution, CategoricalDistribution)
                        else {"means": numbers(kernels.mu), "deviations": numbers(kernels.sigma)}
                        for distribution, kernels in zip(distributions, mixture.distributions)],
            "logDensities": numbers(estimator.log_pdf(columns))})
    return {"parameters": [described(distribution) for distribution in distributions], "history": rows,
            "losses": losses, "points": points, "best": estimators[0], "others": estimators[1]}


random = np.random.default_rng(5)
MIXED = [REAL, RATE, LAYERS, UNITS, KIND, FLAG]
cases = [
    case(random, [REAL], 10), case(random, [RATE], 11), case(random, [LAYERS], 30), case(random, [WIDE], 40),
    case(random, [UNITS], 40), case(random, [KIND], 12), case(random, MIXED, 10), case(random, MIXED, 25),
    case(random, MIXED, 26), case(random, MIXED, 45, running=4), case(random, MIXED, 60, spread=0.03),
    case(random, [REAL, LAYERS], 260, running=8), case(random, [RATE, UNITS, KIND], 150, spread=0.1),
    case(random, [HALVES], 12), case(random, [SEVENTHS], 60), case(random, [HALVES, SEVENTHS, KIND], 120, spread=0.1)]
path = pathlib.Path(__file__).with_name("parzen.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(f"{path.name}: {len(cases)} histories, {sum(len(case['history']) for case in cases)} trials")
