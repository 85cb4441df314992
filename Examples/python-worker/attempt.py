"""An assignment, from its arrival to the acknowledgement of its end."""

from delivery import Delivery
from download import CheckpointDownload


def key(attempt):
    return attempt["trial"], attempt["attempt"]


class Attempt:
    def __init__(self, assign, now):
        self.assign = assign
        self.download = CheckpointDownload(assign) if assign.get("resume") else None
        self.checkpoint = None
        self.training = False
        self.told = None  # the newest progress of its training
        self.delivery = Delivery(assign["id"], now)

    def progress(self, data):
        known = {"id": self.assign["id"], "epoch": 0, "step": 0, "steps": 0}
        if self.training:
            return self.told or known
        if self.delivery.ending:
            return known | {"stage": "delivering"}
        return known | {"stage": "fetching", "step": (self.download or data).arrived if self.download or data else 0}
