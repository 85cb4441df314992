"""Makes metrics.json: what scikit-learn and scipy say of outputs and targets.

    python3 Tests/ComputeTests/Goldens/make_metrics.py          # needs scikit-learn, scipy and numpy

The expected calibration error has no function there: it is computed from its definition (Guo et al., ICML 2017). The
reliability of the bins that have samples is `calibration_curve`'s.
"""
import json
import pathlib

import numpy as np
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, softmax
from sklearn import metrics
from sklearn.calibration import calibration_curve

bins = 15


def calibration_error(p, y):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    places = np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1)
    return sum(
        abs(right[places == b].sum() - confidence[places == b].sum()) for b in range(bins)) / len(y)


def reliability(p, y):
    right, confidence = calibration_curve(p.argmax(axis=1) == y, p.max(axis=1), n_bins=bins)
    return {"confidence": confidence.tolist(), "right": right.tolist()}


def classification(seed, count, classes, outputs, ties):
    random = np.random.default_rng(seed)
    y = random.integers(0, classes, count)
    x = random.normal(size=(count, outputs)).astype(np.float32)
    if outputs > 1:
        x[np.arange(count), y] += 1
    else:
        x[:, 0] += 2 * y - 1
    if ties:
        x = np.round(2 * x) / 2
    logits = x if outputs > 1 else np.column_stack([np.zeros(count), x[:, 0]])
    # As Winnow ranks them: in single precision.
    p = softmax(logits.astype(float), axis=1)
    single = p.astype(np.float32)
    if classes == 2:
        scores = expit((logits[:, 1] - logits[:, 0]).astype(float)).astype(np.float32)
        auroc, precision = metrics.roc_auc_score(y, scores), metrics.average_precision_score(y, scores)
    else:
        auroc = metrics.roc_auc_score(y, p, multi_class="ovr")
        precision = np.mean([metrics.average_precision_score(y == c, single[:, c]) for c in range(classes)])
    best = minimize_scalar(
        lambda t: -log_softmax(logits / np.exp(t), axis=1)[np.arange(count), y].sum(), bounds=(-3, 3),
        method="bounded", options={"xatol": 1e-10})
    return {
        "outputs": x.ravel().tolist(), "labels": y.tolist(), "width": outputs, "auroc": auroc,
        "average_precision": precision, "accuracy": metrics.accuracy_score(y, logits.argmax(axis=1)),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, logits.argmax(axis=1)),
        "log_loss": metrics.log_loss(y, p, labels=range(classes)),
        "top5_accuracy": metrics.top_k_accuracy_score(y, p, k=5, labels=range(classes)) if classes > 5 else None,
        "calibration_error": calibration_error(p, y), "reliability": reliability(p, y),
        "temperature": float(np.exp(best.x)),
    }


def regression(seed, count, unit, offset):
    random = np.random.default_rng(seed)
    y = random.normal(size=count).astype(np.float32)
    x = (y + random.normal(size=count) / 2).astype(np.float32)
    truth, guess = y.astype(float) * unit + offset, np.maximum(x.astype(float) * unit + offset, 0)
    return {
        "outputs": x.tolist(), "values": y.tolist(), "unit": unit, "offset": offset,
        "mean_absolute_error": metrics.mean_absolute_error(y.astype(float), x.astype(float)),
        "rmsle": metrics.root_mean_squared_log_error(truth, guess) if truth.min() >= 0 else None,
        "r2": metrics.r2_score(y.astype(float), x.astype(float)),
    }


document = {
    "scikit-learn": sklearn.__version__,
    "classification": [
        classification(1, 200, 3, 3, False), classification(2, 150, 2, 2, False), classification(3, 150, 2, 1, False),
        classification(4, 300, 8, 8, False), classification(6, 120, 2, 1, True),
    ],
    "regression": [regression(7, 100, 1, 0), regression(8, 100, 12.5, 60), regression(9, 80, 2, 9)],
}
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
print(path.stat().st_size, "bytes")
