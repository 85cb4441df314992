"""What this worker can train: a softmax regression with momentum, in numpy.

The same model, loss and optimizer as Winnow's own for such an experiment; the random draws are numpy's, so that the
numbers differ as those of another seed do. Every draw is a function of (seed, purpose, epoch): a trial that is taken up
again from its checkpoint ends with the same weights, bit for bit.
"""

import gzip
import io
import time

import h5py
import numpy as np
import yaml

from protocol import records

# Whatever else a trial asks for, this worker does not do, and says so.
REQUIRED = {
    "data.imbalance": "none", "data.labelled": "none", "data.scale": "min_max", "data.augment": [],
    "data.sampler": "uniform", "data.drop_last": False, "loss.kind": "cross_entropy", "loss.label_smoothing": "none",
    "loss.class_weights": "none", "regularize.disturb_label": "none", "regularize.mixup": "none",
    "regularize.cutmix": "none", "pseudo_label": "none", "optimizer.kind": "sgd", "optimizer.nesterov": False,
    "optimizer.clip_norm": "none", "optimizer.learning_rate_schedule": "none", "train.early_stopping": "none"}


class Unsupported(Exception):
    pass


def get(settings, path):
    for key in path.split("."):
        # The study's file leaves out what depends on a searched value.
        if not isinstance(settings, dict) or key not in settings:
            raise Unsupported(f"{path}: this worker does not know its default")
        settings = settings[key]
    return settings


def put(settings, path, value):
    """Gives the value to a dotted path; what is not there on the way, or is "none", becomes a mapping."""
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in keys:
        if not isinstance(settings, list) and not isinstance(settings.get(key), (dict, list)):
            settings[key] = {}
        settings = settings[key]
    settings[last] = value


class Problem:
    """A trial's data, as training, validation and test parts, and its settings."""

    def __init__(self, experiment, parameters, path):
        settings = yaml.safe_load(experiment)
        settings.pop("search", None)
        for parameter in parameters:
            put(settings, parameter.path, getattr(parameter, parameter.WhichOneof("value")))
        for key, required in REQUIRED.items():
            if (found := get(settings, key)) != required:
                raise Unsupported(f"{key}: this worker can do {required!r} only, not {found!r}")
        self.text = yaml.safe_dump(settings, sort_keys=False)
        layers = settings["model"]["layers"] if "layers" in settings["model"] else None
        if not layers or len(layers) != 2 or layers[0] != "flatten" or "linear" not in layers[1]:
            raise Unsupported("model: this worker trains [flatten, linear: {features: CLASSES}] only")
        optimizer = settings["optimizer"]
        self.learning_rate = float(optimizer["learning_rate"])
        self.momentum = float(optimizer["momentum"])
        self.weight_decay = float(optimizer["weight_decay"])
        self.batch_size = settings["data"]["batch_size"]
        self.epochs = settings["train"]["epochs"]
        self.every = seconds(settings["checkpoint"]["every"])
        self.monitor = settings["train"]["select"]["monitor"]
        self.goal = -1 if settings["train"]["select"]["goal"] == "minimize" else 1

        with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
            table = np.loadtxt(file, delimiter=",", dtype=np.float32)
        features, labels = table[:, :-1], table[:, -1].astype(np.int64)
        self.classes = int(labels.max()) + 1
        if layers[1]["linear"]["features"] != self.classes:
            raise Unsupported(f"model: {self.classes} classes need as many features")
        split = settings["data"]["split"]
        rows = self.split(labels, split["validation"], split["test"], settings["seed"])
        low, high = features[rows[0]].min(), features[rows[0]].max()
        features = (features - low) / (high - low)
        self.training, self.validation, self.test = [(features[part], labels[part]) for part in rows]

    def split(self, labels, validation, test, seed):
        """Row numbers of the three parts, each with every class's share; of the study's seed only."""
        random = np.random.default_rng([seed, 0])
        parts = [[], [], []]
        for label in range(self.classes):
            rows = random.permutation(np.flatnonzero(labels == label))
            first = round(len(rows) * validation)
            second = first + round(len(rows) * test)
            for part, chosen in zip(parts, (rows[second:], rows[:first], rows[first:second]), strict=True):
                part.append(chosen)
        return [np.sort(np.concatenate(part)) for part in parts]


def seconds(text):
    """30s, 1ms, 2m or 1h as seconds."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return float(number) * {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600}[text[len(number):]]


def log_softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


class Softmax:
    """The model, its optimizer's state, and the best epoch so far."""

    def __init__(self, problem, seed):
        self.problem, self.seed = problem, seed
        self.epoch = 0
        self.elapsed = 0.0
        self.best = None  # (epoch, monitored value, weights)
        inputs = problem.training[0].shape[1]
        random = np.random.default_rng([seed, 1])
        bound = 1 / np.sqrt(inputs)
        shapes = {"1.weight": (problem.classes, inputs), "1.bias": (problem.classes,)}
        self.weights = {
            name: random.uniform(-bound, bound, shape).astype(np.float32) for name, shape in shapes.items()}
        self.momenta = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}

    def scores(self, features, weights=None):
        weights = weights or self.weights
        return features @ weights["1.weight"].T + weights["1.bias"]

    def train_epoch(self, keep_going):
        """One pass over the training part; returns its metrics, or None where `keep_going` said no on the way."""
        began = time.monotonic()
        problem = self.problem
        features, labels = problem.training
        saved = [{name: array.copy() for name, array in each.items()} for each in (self.weights, self.momenta)]
        order = np.random.default_rng([self.seed, 2, self.epoch + 1]).permutation(len(labels))
        total = 0.0
        steps = -(-len(order) // problem.batch_size)
        for step in range(steps):
            if not keep_going(step, steps):
                # A checkpoint stands between two epochs: what this one has done so far is undone.
                self.weights, self.momenta = saved
                return None
            rows = order[step * problem.batch_size:(step + 1) * problem.batch_size]
            logs = log_softmax(self.scores(features[rows]))
            total -= float(logs[np.arange(len(rows)), labels[rows]].sum(dtype=np.float64))
            slope = np.exp(logs)
            slope[np.arange(len(rows)), labels[rows]] -= 1
            slope /= len(rows)
            for name, gradient in (("1.weight", slope.T @ features[rows]), ("1.bias", slope.sum(axis=0))):
                gradient = gradient + problem.weight_decay * self.weights[name]
                self.momenta[name] = (problem.momentum * self.momenta[name] + gradient).astype(np.float32)
                self.weights[name] = (
                    self.weights[name] - problem.learning_rate * self.momenta[name]).astype(np.float32)
        self.epoch += 1
        metrics = {"train_loss": total / len(labels)}
        measured, _ = self.evaluate(problem.validation, self.weights)
        metrics |= {
            f"validation_{name}": measured[name] for name in ("loss", "accuracy", "macro_f1")}
        if self.best is None or problem.goal * (metrics[problem.monitor] - self.best[1]) > 0:
            copy = {name: array.copy() for name, array in self.weights.items()}
            self.best = (self.epoch, metrics[problem.monitor], copy)
        self.elapsed += time.monotonic() - began
        return metrics

    def evaluate(self, part, weights):
        """Metrics by name, and the confusion matrix."""
        features, labels = part
        logs = log_softmax(self.scores(features, weights))
        predicted = logs.argmax(axis=1)
        count = self.problem.classes
        matrix = np.zeros((count, count), np.int64)
        np.add.at(matrix, (labels, predicted), 1)
        hits, truths, guesses = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
        precision, recall = hits / np.maximum(guesses, 1), hits / np.maximum(truths, 1)
        f1 = 2 * hits / np.maximum(truths + guesses, 1)
        metrics = {
            "loss": -float(logs[np.arange(len(labels)), labels].mean(dtype=np.float64)),
            "accuracy": float(hits.sum() / len(labels))}
        for name, each in (("precision", precision), ("recall", recall), ("f1", f1)):
            metrics[f"macro_{name}"] = float(each.mean())
            metrics[f"weighted_{name}"] = float((each * truths).sum() / len(labels))
        cells = [int(number) for t, p in np.argwhere(matrix) for number in (t, p, matrix[t, p])]
        return metrics, records.ConfusionMatrix(classes=map(str, range(count)), cells=cells)

    def outcome(self, id):
        """The end of the trial: the selected weights see the test part, once."""
        _, validation = self.evaluate(self.problem.validation, self.best[2])
        metrics, test = self.evaluate(self.problem.test, self.best[2])
        return records.Outcome(
            id=id.proto, state=records.Outcome.COMPLETED, stop_reason=records.Outcome.BUDGET, stop_epoch=self.epoch,
            test_metrics={f"test_{name}": value for name, value in metrics.items()},
            confusion={"validation": validation, "test": test})

    def checkpoint(self, kind, id):
        """An HDF5 file's bytes; `best` is laid out as Winnow's own are, `last` has what this program resumes from."""
        is_best = kind == records.BEST
        memory = io.BytesIO()
        with h5py.File(memory, "w") as file:
            file.attrs.update({
                "format": np.bytes_("winnow-checkpoint"), "version": np.int32(1),
                "kind": np.bytes_("best" if is_best else "last"), "experiment": np.bytes_(self.problem.text.encode()),
                "trial": np.int32(id.trial), "attempt": np.int32(id.attempt), "seed": np.bytes_(str(self.seed)),
                "epoch": np.int32(self.best[0] if is_best else self.epoch)})
            groups = {"model_state": self.best[2] if is_best else self.weights}
            if not is_best:
                groups |= {"best_state": self.best[2] if self.best else {}, "optimizer_state": self.momenta}
                file.create_group("numpy_state").attrs.update({
                    "elapsed_s": self.elapsed, "best_epoch": self.best[0] if self.best else 0,
                    "best_value": self.best[1] if self.best else np.nan})
            for group, arrays in groups.items():
                for name, array in arrays.items():
                    name = f"{name}.momentum_buffer" if group == "optimizer_state" else name
                    file.create_dataset(f"{group}/{name}", data=array, fletcher32=True, chunks=array.shape)
        return memory.getvalue()

    def begin_with(self, content):
        with h5py.File(io.BytesIO(content)) as file:
            self.weights = {name: array[()] for name, array in file["model_state"].items()}

    def restore(self, content):
        with h5py.File(io.BytesIO(content)) as file:
            if "numpy_state" not in file:
                raise Unsupported("the trial began in another program, whose checkpoints this worker cannot read")
            state = file["numpy_state"].attrs
            self.epoch, self.elapsed = int(file.attrs["epoch"]), float(state["elapsed_s"])
            self.weights = {name: array[()] for name, array in file["model_state"].items()}
            self.momenta = {
                name.removesuffix(".momentum_buffer"): array[()] for name, array in file["optimizer_state"].items()}
            if state["best_epoch"] > 0:
                best = {name: array[()] for name, array in file["best_state"].items()}
                self.best = (int(state["best_epoch"]), float(state["best_value"]), best)
