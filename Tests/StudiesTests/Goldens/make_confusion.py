#!/usr/bin/env python3
"""Writes confusion.json: predictions of several kinds, and what scikit-learn says of them.

Needs scikit-learn; run by hand when a case is added.
"""
import json
import pathlib
import random
import warnings

import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

# A class that is never predicted has no precision; scikit-learn says so and takes 0, which is what is wanted.
warnings.filterwarnings("ignore")
random.seed(20)


def drawn(classes, count, skill, weights=None):
    expected = random.choices(range(classes), weights=weights, k=count)
    return expected, [t if random.random() < skill else random.randrange(classes) for t in expected]


cases = {
    "the article's sixteen": ([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
                              [0, 0, 0, 0, 1, 2, 1, 1, 1, 0, 2, 2, 2, 2, 2, 0]),
    "all right": ([0, 1, 2, 1], [0, 1, 2, 1]),
    "all wrong": ([0, 1, 2, 1], [1, 2, 0, 0]),
    "a class that is never predicted": ([0, 0, 1, 1, 2], [0, 0, 1, 1, 1]),
    "a class that never occurs": ([0, 0, 1, 1], [0, 2, 1, 1]),
    "a class that neither occurs nor is predicted": ([0, 0, 2, 2], [0, 2, 2, 2]),
    "two classes": drawn(2, 300, 0.6),
    "ten classes": drawn(10, 1000, 0.8),
    "ten imbalanced classes": drawn(10, 1000, 0.5, weights=[40, 45, 30, 62, 70, 153, 395, 46, 75, 194]),
}

golden = {"scikit_learn": sklearn.__version__, "cases": []}
for name, (expected, predicted) in cases.items():
    classes = max(expected + predicted) + 1
    labels = list(range(classes))
    by_class = precision_recall_fscore_support(expected, predicted, labels=labels, zero_division=0)
    golden["cases"].append({
        "name": name, "classes": classes, "expected": expected, "predicted": predicted,
        "counts": confusion_matrix(expected, predicted, labels=labels).flatten().tolist(),
        "accuracy": accuracy_score(expected, predicted),
        "precision": by_class[0].tolist(), "recall": by_class[1].tolist(), "f1": by_class[2].tolist(),
        "support": by_class[3].tolist(),
        # Without `labels`: the mean is over the classes that occur or are predicted.
        "macro": [float(v) for v in precision_recall_fscore_support(
            expected, predicted, average="macro", zero_division=0)[:3]],
        "weighted": [float(v) for v in precision_recall_fscore_support(
            expected, predicted, average="weighted", zero_division=0)[:3]],
    })

path = pathlib.Path(__file__).with_name("confusion.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(f"{path}: {len(golden['cases'])} cases")
