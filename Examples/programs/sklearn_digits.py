"""scikit-learn's digits with a support vector machine: one result, no epochs."""
import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--C", type=float, default=1.0)
parser.add_argument("--gamma", type=float, default=1e-3)
options = parser.parse_args()
x, y = load_digits(return_X_y=True)
scores = cross_val_score(SVC(C=options.C, gamma=options.gamma), x, y, cv=5)
print(f"accuracy: {scores.mean():.4f}  std: {scores.std():.4f}")
