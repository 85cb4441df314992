"""A slot: one thread that trains one attempt, and tells what comes out."""

import threading
import time

import softmax
from delivery import Upload
from protocol import messages, records


class Training(threading.Thread):
    """Reports events as tuples of a name, the attempt and what there is to tell.

    `row` (Row, its metrics by name), `file` (Upload), `known` (Upload: the `best` of the checkpoint that it goes on
    from), `progress` (Progress), `finished` (Outcome), `paused`, `left`.
    """

    def __init__(self, attempt, experiment, data_path, report):
        super().__init__(daemon=True, name=f"trial {attempt.id.trial}")
        self.id, self.assign, self.checkpoint = attempt.id, attempt.assign, attempt.checkpoint
        self.experiment, self.data_path = experiment, data_path
        self.report = lambda name, told=None: report((name, attempt.id, told))
        self.order = "train"  # then "pause" or "abandon"

    def run(self):
        try:
            self.train()
        except Exception as error:  # whatever it is, the trial's end is told, not kept
            resumed = self.assign.resume  # all 0 where there is none
            self.report("finished", records.Outcome(
                id=self.id.proto, state=records.Outcome.FAILED, stop_reason=records.Outcome.ERROR,
                stop_epoch=resumed.epoch if resumed.kind == records.LAST else 0,
                error=f"{type(error).__name__}: {error}"))

    def train(self):
        problem = softmax.Problem(self.experiment, self.assign.parameters, self.data_path)
        model = softmax.Softmax(problem, self.assign.seed)
        if self.assign.resume.kind == records.BEST:
            model.begin_with(self.checkpoint)  # another trial's model, but a trial of its own
        elif self.checkpoint is not None:
            model.restore(self.checkpoint)

        def upload(kind, epoch, best_epoch=None):
            return Upload(self.id, kind, epoch, model.checkpoint(kind, self.id), best_epoch)

        best_sent = model.best[0] if model.best else None
        if best_sent:
            self.report("known", upload(records.BEST, best_sent))
        saved = told = time.monotonic()

        def keep_going(step, steps):
            nonlocal told
            if time.monotonic() - told > 0.25:
                told = time.monotonic()
                self.report("progress", messages.Progress(
                    id=self.id.listed, epoch=model.epoch + 1, step=step, steps=steps))
            return self.order == "train"

        def save():
            """`best` before the `last` that needs it, and only where it is another one."""
            nonlocal best_sent, saved
            if model.best and model.best[0] != best_sent:
                best_sent = model.best[0]
                self.report("file", upload(records.BEST, best_sent))
            self.report("file", upload(records.LAST, model.epoch, best_epoch=best_sent))
            saved = time.monotonic()

        while model.epoch < problem.epochs:
            metrics = model.train_epoch(keep_going)
            if metrics is None:
                if self.order == "abandon":
                    return self.report("left")
                save()
                return self.report("paused")
            self.report("row", records.Row(
                trial=self.id.trial, attempt=self.id.attempt, epoch=model.epoch, elapsed_s=model.elapsed,
                learning_rate=problem.learning_rate, named=metrics))
            # The search wants to compare trials before it decides whether this one goes on.
            is_pause_due = self.assign.HasField("pause_after") and model.epoch >= self.assign.pause_after
            if is_pause_due and model.epoch < problem.epochs:
                save()
                return self.report("paused")
            if time.monotonic() - saved >= problem.every:
                save()
        save()
        self.report("finished", model.outcome(self.id))
