"""An assignment, from its arrival to the acknowledgement of its end."""

from delivery import Delivery
from download import CheckpointDownload
from protocol import messages


class Attempt:
    def __init__(self, id, assign, now):
        self.id, self.assign = id, assign
        self.download = CheckpointDownload(id, assign.resume) if assign.HasField("resume") else None
        self.checkpoint = None
        self.training = False
        self.told = None  # the newest progress of its training
        self.delivery = Delivery(now)

    @property
    def is_fetching(self):
        return not self.training and not self.delivery.ending

    def progress(self, downloads):
        """For heartbeats; `downloads` are those that attempts share, by digest."""
        progress = messages.Progress(id=self.id.listed)
        if self.training:
            return self.told or progress
        progress.stage = "fetching" if self.is_fetching else "delivering"
        if self.is_fetching:
            # What has arrived counts as progress: without any, the coordinator gives the attempt up at last.
            needed = [self.download, downloads.get(self.assign.data_sha256)]
            progress.step = sum(download.arrived for download in needed if download)
        return progress
