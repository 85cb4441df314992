#!/usr/bin/env python3
"""Real tables without cleaning: Winnow's five-line experiments beside scikit-learn's pipelines, on the same rows.

    python3 Benchmarks/tables.py [--winnow .build/release/winnow] [--titanic titanic.csv] [--seeds 5]

Needs scikit-learn, pandas and h5py. Titanic is seaborn's table (https://github.com/mwaskom/seaborn-data); without
--titanic one of its shape is made. Breast cancer comes with scikit-learn; Adult and California housing are made in shape:
mixed columns with gaps, and 20,640 rows of eight numbers. scikit-learn gets what a user would write by hand: medians and
indicators, one-hot categories, standardised numbers, then its default LogisticRegression or LinearRegression, and its
default MLP. Each seed is another split; both see its training rows (scikit-learn those of validation as well), and are
measured on its test rows.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import warnings

import h5py
import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)
warnings.simplefilter("ignore", UserWarning)


def titanic_in_shape(random, count=891):
    sex = random.choice(["male", "female"], count, p=[0.65, 0.35])
    pclass = random.choice([1, 2, 3], count, p=[0.24, 0.21, 0.55])
    age = np.round(random.gamma(6, 5, count), 1)
    chance = 1 / (1 + np.exp(-(2.5 * (sex == "female") - 0.9 * (pclass - 2) - 0.02 * age - 0.6)))
    age[random.random(count) < 0.2] = np.nan
    return pd.DataFrame({
        "survived": (random.random(count) < chance).astype(int), "pclass": pclass, "sex": sex, "age": age,
        "fare": np.round(random.gamma(2, 40 / pclass, count), 2),
        "embarked": random.choice(["S", "C", "Q", None], count, p=[0.72, 0.18, 0.08, 0.02]),
        "alone": random.choice([True, False], count)})


def adult_in_shape(random, count=20_000):
    education = random.integers(1, 17, count)
    work = random.choice(["Private", "Self-emp", "Gov", "?"], count, p=[0.7, 0.12, 0.12, 0.06])
    married = random.choice(["Married", "Never", "Divorced"], count, p=[0.46, 0.34, 0.2])
    age = random.integers(17, 90, count)
    hours = random.integers(10, 80, count)
    gain = np.where(random.random(count) < 0.08, random.integers(100, 99_999, count), 0)
    score = (0.35 * (education - 10) + 0.04 * (hours - 40) + 2.2 * (married == "Married")
             - 0.001 * (age - 48) ** 2 + 0.0002 * gain + 0.4 * (work == "Self-emp") - 2.5)
    income = np.where(random.random(count) < 1 / (1 + np.exp(-score)), ">50K", "<=50K")
    country = random.choice(["US", "Mexico", "India", "Germany", "?"], count, p=[0.88, 0.05, 0.03, 0.02, 0.02])
    return pd.DataFrame({
        "age": age, "workclass": work, "education_num": education, "marital": married, "gain": gain, "hours": hours,
        "country": country, "income": income})


def california_in_shape(random, count=20_640):
    x = pd.DataFrame({
        "MedInc": random.gamma(4, 1, count), "HouseAge": random.integers(1, 53, count).astype(float),
        "AveRooms": random.gamma(12, 0.45, count), "AveBedrms": random.gamma(30, 0.036, count),
        "Population": random.gamma(1.6, 900, count), "AveOccup": random.gamma(8, 0.38, count),
        "Latitude": random.uniform(32.5, 42, count), "Longitude": random.uniform(-124.3, -114.3, count)})
    coast = np.abs(x.Longitude + 119.5 + 0.9 * (x.Latitude - 36.5))
    value = 0.42 * x.MedInc - 0.15 * coast - 0.2 * (x.AveOccup - 3) + 0.008 * x.HouseAge + 0.9 * np.exp(-coast)
    x["MedHouseVal"] = np.clip(value + random.normal(0, 0.45, count) + 0.6, 0.15, 5)
    return x


def pipeline(model):
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()),
             make_column_selector(dtype_include=["number", "bool"])),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude=["number", "bool"]))),
        model)


def winnow_score(arguments, folder, name, target, task, ignore, seed):
    study = folder / f"{name}-{seed}"
    (folder / f"{name}.yaml").write_text(
        f"data: {{source: {{csv: {name}.csv, target: {target}, task: {task}, ignore: {json.dumps(ignore)}}}, "
        f"scale: standardize{', scale_target: true' if task == 'regression' else ''}}}\n"
        "model: mlp\noptimizer: adam\ntrain: {epochs: 60, early_stopping: 8}\n"
        f"seed: {seed}\n")
    subprocess.run(
        [arguments.winnow, "run", f"{name}.yaml", "--workers", "1", "--study", str(study)], cwd=folder, check=True,
        capture_output=True)
    found = json.loads(subprocess.run(
        [arguments.winnow, "results", str(study), "--json"], check=True, capture_output=True, text=True).stdout)
    metrics = found["trials"][0]["test_metrics"]
    with h5py.File(study / "trials/00000/best.h5") as file:
        rows = {part: file[f"preparation/split/{part}"][()] for part in ("training", "validation", "test")}
    return metrics["test_accuracy" if task == "classification" else "test_r2"], rows


def compare(arguments, folder, name, table, target, task, ignore=()):
    table.to_csv(folder / f"{name}.csv", index=False)
    table = pd.read_csv(folder / f"{name}.csv")
    x, y = table.drop(columns=[target, *ignore]), table[target]
    models = ({"linear": LogisticRegression(), "MLP": MLPClassifier()} if task == "classification"
              else {"linear": LinearRegression(), "MLP": MLPRegressor()})
    scores = {"winnow": [], **{kind: [] for kind in models}}
    for seed in range(arguments.seeds):
        score, rows = winnow_score(arguments, folder, name, target, task, list(ignore), seed)
        scores["winnow"].append(score)
        train = np.concatenate([rows["training"], rows["validation"]])
        for kind, model in models.items():
            fitted = pipeline(model.set_params(**({"random_state": seed} if kind == "MLP" else {})))
            fitted.fit(x.iloc[train], y.iloc[train])
            scores[kind].append(fitted.score(x.iloc[rows["test"]], y.iloc[rows["test"]]))
    means = {kind: float(np.mean(values)) for kind, values in scores.items()}
    best = max(models, key=means.get)
    difference = np.array(scores[best]) - np.array(scores["winnow"])
    error = float(np.std(scores[best], ddof=1) / np.sqrt(len(difference)))
    print(f"{name:14} winnow {means['winnow']:.4f}   " + "   ".join(f"{kind} {means[kind]:.4f}" for kind in models)
          + f"   behind the best by {difference.mean():+.4f}, a standard error is {error:.4f}: "
          + ("within" if difference.mean() <= error else "NOT WITHIN"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--winnow", default=str(pathlib.Path(__file__).parent.parent / ".build/release/winnow"))
    parser.add_argument("--titanic")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    arguments.winnow = str(pathlib.Path(arguments.winnow).resolve())
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        titanic = pd.read_csv(arguments.titanic) if arguments.titanic else titanic_in_shape(random)
        compare(arguments, folder, "titanic", titanic, "survived", "classification",
                [name for name in ("alive",) if name in titanic])
        compare(arguments, folder, "adult", adult_in_shape(random), "income", "classification")
        cancer = load_breast_cancer(as_frame=True).frame
        compare(arguments, folder, "breast_cancer", cancer, "target", "classification")
        compare(arguments, folder, "california", california_in_shape(random), "MedHouseVal", "regression")


if __name__ == "__main__":
    main()
