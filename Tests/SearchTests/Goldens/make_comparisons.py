"""Writes comparisons.json: what SciPy says of points that are compared with a baseline, seed by seed.

A p is of scipy.stats.ttest_rel, adjusted after Holm; the interval of a difference is that test's own at the level at which
Holm judges it, so that it excludes 0 exactly where the adjusted p is below 0.05. Intervals are cut to what an accuracy, or a
difference of two, can be. Made with SciPy 1.17:

    python3 Tests/SearchTests/Goldens/make_comparisons.py
"""

import json
import pathlib

import numpy as np
from scipy import stats

LEVEL = 0.05


def holm(values):
    """Each p's factor, and the adjusted p: the k-th smallest of m times (m - k + 1), never below the one before it."""
    order, largest, result = np.argsort(values, kind="stable"), 0.0, [None] * len(values)
    for rank, place in enumerate(order):
        largest = max(largest, values[place] * (len(values) - rank))
        result[place] = (largest / values[place], min(1.0, largest))
    return result


def cut(interval, low, high):
    """None where nothing is left to be said: all that the value can be."""
    interval = [max(low, float(interval[0])), min(high, float(interval[1]))]
    return None if interval == [low, high] else interval


def mean(values):
    if len(set(values)) == 1:
        return {"mean": values[0], "interval": None}
    interval = stats.t.interval(1 - LEVEL, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    return {"mean": float(np.mean(values)), "interval": cut(interval, 0, 1)}


def study(arms):
    tests = [stats.ttest_rel(arm, arms[0]) for arm in arms[1:]]
    judged = []
    for arm, test, (factor, adjusted) in zip(arms[1:], tests, holm([float(test.pvalue) for test in tests])):
        difference = float(np.mean(np.array(arm) - arms[0]))
        interval = cut(test.confidence_interval(1 - LEVEL / factor), -1, 1)
        verdict = "undecided" if adjusted >= LEVEL else "better" if difference > 0 else "worse"
        assert interval is None or (verdict == "undecided") == (interval[0] <= 0 <= interval[1])
        judged.append({"difference": difference, "p": float(test.pvalue), "adjusted": adjusted, "interval": interval,
                       "confidence": 1 - LEVEL / factor, "verdict": verdict})
    return {"values": arms, "means": [mean(arm) for arm in arms], "judged": judged}


def drawn(random, points, seeds, spread):
    """Accuracies of a few thousand samples: seeds have something in common, points differ a little."""
    common = random.normal(0.93, 0.01, seeds)
    effects = np.append(0, random.normal(0, spread, points - 1))
    values = np.clip(common + effects[:, None] + random.normal(0, 0.004, (points, seeds)), 0.5, 1)
    return [[float(value) for value in row] for row in np.round(values, 6)]


random = np.random.default_rng(11)
studies = [study(drawn(random, points, seeds, spread))
           for points, seeds, spread in [(2, 3, 0.02), (2, 5, 0), (3, 3, 0.01), (4, 4, 0.01), (6, 5, 0.01), (12, 3, 0.05),
                                         (20, 8, 0.01), (3, 2, 0.02)]]
path = pathlib.Path(__file__).with_name("comparisons.json")
path.write_text(json.dumps(studies, indent=1) + "\n")
print(f"{path.name}: {len(studies)} studies, {sum(len(s['judged']) for s in studies)} differences")
