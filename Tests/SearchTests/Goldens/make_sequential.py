"""Writes sequential.json: means of treatments in blocks, and what an anytime-valid t test makes of their differences.

The least squares are NumPy's, of the whole model with an indicator for each treatment and block. The evidence is the
mixture of noncentral t densities by its definition, integrated by SciPy; the half width is where it reaches 1 / level.
Made with NumPy 2.4 and SciPy 1.17:

    python3 Tests/SearchTests/Goldens/make_sequential.py
"""

import json
import pathlib

import numpy as np
from scipy import integrate, optimize, stats

PRECISION = 0.1


def evidence(t, freedom, factor):
    """The likelihood of t with effects sigma N(0, 1 / PRECISION) over that without any."""
    deviation = np.sqrt(1 / PRECISION)

    def density(effect):
        return stats.nct.pdf(t, freedom, effect / np.sqrt(factor)) * stats.norm.pdf(effect, scale=deviation)

    middle = t * np.sqrt(factor)
    width = 12 * np.sqrt(factor) * (1 + abs(t) / np.sqrt(freedom))
    low, high = max(-12 * deviation, middle - width), min(12 * deviation, middle + width)
    value = integrate.quad(density, low, high, points=[np.clip(middle, low, high)], epsabs=0, epsrel=1e-10, limit=400)[0]
    return value / stats.t.pdf(t, freedom)


def case(random, treatments, counts, spread, level):
    means, effects = random.normal(0, 0.01, treatments), random.normal(0.9, 0.02, max(counts))
    values = {(a, b): means[a] + effects[b] + random.normal(0, spread) for a in range(treatments)
              for b in range(counts[a])}
    # One treatment lacks a block in the middle.
    if counts[-1] > 2:
        del values[treatments - 1, 1]
    blocks = sorted({b for _, b in values})
    design = np.array([[float(a == i) for i in range(treatments)] + [float(b == i) for i in blocks]
                       for a, b in values])
    y = np.array(list(values.values()))
    solution, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    freedom = len(y) - rank
    variance = float(np.sum((y - design @ solution) ** 2) / freedom)
    covariance = np.linalg.pinv(design.T @ design)
    differences = []
    for other in range(1, treatments):
        contrast = np.zeros(design.shape[1])
        contrast[other], contrast[0] = 1, -1
        factor = float(contrast @ covariance @ contrast)
        mean = float(contrast @ solution)
        t = mean / np.sqrt(factor * variance)

        def excess(t):
            return np.log(evidence(t, freedom, factor)) + np.log(level)

        bounds = [0.0, 1.0]
        while excess(bounds[1]) < 0 and bounds[1] < 200:
            bounds[1] *= 1.5
        half = None
        if excess(bounds[1]) >= 0:
            half = float(optimize.brentq(excess, *bounds, xtol=1e-12) * np.sqrt(factor * variance))
        differences.append({"mean": mean, "factor": factor, "logEvidence": float(np.log(evidence(t, freedom, factor))),
                            "half": half})
    rows = [[values.get((a, b)) for b in range(max(counts))] for a in range(treatments)]
    return {"values": rows, "variance": variance, "freedom": int(freedom), "level": level, "differences": differences}


random = np.random.default_rng(7)
cases = [case(random, 2, [4, 4], 0.004, 0.05), case(random, 2, [20, 20], 0.004, 0.05),
         case(random, 3, [5, 5, 5], 0.01, 0.025), case(random, 4, [8, 3, 5, 8], 0.02, 0.05 / 3),
         case(random, 6, [3] * 6, 0.001, 0.01), case(random, 20, [3 + i % 5 for i in range(20)], 0.01, 0.05 / 19)]
path = pathlib.Path(__file__).with_name("sequential.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(f"{path.name}: {len(cases)} cases, {sum(len(case['differences']) for case in cases)} differences")
