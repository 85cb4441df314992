"""A slot: one thread that trains one attempt, and tells what comes out."""

import threading
import time

import softmax
from delivery import Upload


class Training(threading.Thread):
    """Reports events as tuples whose first two are a name and the attempt.

    `epoch` (message), `file` (Upload), `known` (Upload: the `best` of the checkpoint that it goes on from), `progress`
    (message), `finished` (message), `paused`, `left`.
    """

    def __init__(self, assign, data_path, checkpoint, report):
        super().__init__(daemon=True, name=f"trial {assign['id']['trial']}")
        self.assign, self.data_path, self.checkpoint, self.report = assign, data_path, checkpoint, report
        self.order = "train"  # then "pause" or "abandon"

    def run(self):
        attempt = self.assign["id"]
        try:
            self.train(attempt)
        except Exception as error:  # whatever it is, the trial's end is told, not kept
            stopped = (self.assign.get("resume") or {"epoch": 0})["epoch"]
            self.report(("finished", attempt, {
                "kind": "finished", "id": attempt, "state": "failed", "stop_reason": "error", "stop_epoch": stopped,
                "test_metrics": {}, "error": f"{type(error).__name__}: {error}".replace("\n", " ")}))

    def train(self, attempt):
        problem = softmax.Problem(self.assign["experiment"], self.data_path)
        model = softmax.Softmax(problem, self.assign["seed"])
        if self.checkpoint is not None:
            model.restore(self.checkpoint)
        best_sent = model.best[0] if model.best else None
        if best_sent:
            self.report(("known", attempt, Upload("best", best_sent, model.checkpoint("best", self.assign))))
        saved = told = time.monotonic()

        def keep_going(step, steps):
            nonlocal told
            if time.monotonic() - told > 0.25:
                told = time.monotonic()
                self.report(("progress", attempt, {
                    "id": attempt, "epoch": model.epoch + 1, "step": step, "steps": steps}))
            return self.order == "train"

        def save():
            """`best` before the `last` that needs it, and only where it is another one."""
            nonlocal best_sent, saved
            if model.best and model.best[0] != best_sent:
                best_sent = model.best[0]
                self.report(("file", attempt, Upload("best", best_sent, model.checkpoint("best", self.assign))))
            last = model.checkpoint("last", self.assign)
            self.report(("file", attempt, Upload("last", model.epoch, last, best_epoch=best_sent)))
            saved = time.monotonic()

        while model.epoch < problem.epochs:
            metrics = model.train_epoch(keep_going)
            if metrics is None:
                if self.order == "abandon":
                    return self.report(("left", attempt))
                save()
                return self.report(("paused", attempt))
            self.report(("epoch", attempt, {
                "kind": "epoch", "id": attempt, "epoch": model.epoch, "metrics": metrics,
                "learning_rate": problem.learning_rate, "elapsed_s": model.elapsed}))
            if time.monotonic() - saved >= problem.every:
                save()
        save()
        self.report(("finished", attempt, model.outcome(attempt)))
