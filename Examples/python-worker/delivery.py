"""What one attempt still owes the coordinator: kept until it is acknowledged, and sent again when it is not."""

import hashlib

CHUNK_SIZE = 256 * 1024
WINDOW = 16  # unacknowledged chunks


class Upload:
    """A checkpoint on its way up."""

    def __init__(self, kind, epoch, content, best_epoch=None):
        self.file = {
            "kind": kind, "epoch": epoch, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if best_epoch is not None:
            self.file["best_epoch"] = best_epoch
        self.content = content
        self.sent = self.received = 0

    def rewind(self):
        self.sent = self.received = 0


class Delivery:
    """Epoch results go at once; files one after the other; the end goes last, when all the rest is durable.

    Every method that may send returns the messages to send, as pairs of header and bytes.
    """

    def __init__(self, attempt, now):
        self.attempt = attempt
        self.epochs = []  # messages that nobody has acknowledged, in order
        self.current = None  # the upload under way
        self.waiting = {}  # by kind: what has not begun to travel
        self.newest_best = None
        self.ending = None  # `finished` or `hand_back`
        self.ending_sent = False
        self.last_sent = now

    @property
    def is_waiting(self):
        """Whether something was sent, or could be, that nobody has acknowledged."""
        return bool(self.epochs or self.current or self.ending_sent)

    @property
    def is_handed_back(self):
        """A hand-back needs no answer: nothing is lost when it is, for the goodbye or a heartbeat says the same."""
        return self.ending_sent and self.ending["kind"] == "hand_back"

    def add_epoch(self, message, now):
        self.epochs.append(message)
        self.last_sent = now
        return [(message, b"")]

    def add_file(self, upload, now):
        self.keep(upload)
        return self.advance(now)

    def keep(self, upload):
        """A newer checkpoint takes the place of an older one, and a `last` whose `best` will never be sent is none."""
        self.waiting[upload.file["kind"]] = upload
        if upload.file["kind"] == "best":
            self.newest_best = upload
            if "last" in self.waiting and not self.is_complete(self.waiting["last"]):
                del self.waiting["last"]

    def is_complete(self, last):
        """Whether the newest `best` is the one that this `last` needs."""
        needed = last.file.get("best_epoch")
        return needed is None or self.newest_best is not None and self.newest_best.file["epoch"] == needed

    def epoch_stored(self, epoch, now):
        self.epochs = [message for message in self.epochs if message["epoch"] > epoch]
        return self.advance(now)

    def received(self, file, offset, now):
        if not self.current or self.current.file != file:
            return []
        if offset > 0:
            self.current.received = max(self.current.received, offset)
            return self.advance(now)
        # Damaged on the way, or a `last` whose `best` is not durable: that one goes first, then this one again, unless
        # a newer one has come, or a newer `best` has taken the place of the one that it needs.
        self.current.rewind()
        if file["kind"] == "last" and self.newest_best:
            last, self.current = self.current, None
            self.waiting.setdefault("best", self.newest_best)
            if self.is_complete(last):
                self.waiting.setdefault("last", last)
        return self.advance(now)

    def file_stored(self, file, now):
        if self.current and self.current.file == file:
            self.current = None
        return self.advance(now)

    def advance(self, now):
        """Sends what may be sent now."""
        messages = []
        if self.current is None and self.waiting:
            self.current = self.waiting.pop("best" if "best" in self.waiting else "last")
            self.current.rewind()
        if (upload := self.current) is not None:
            while upload.sent < len(upload.content) and upload.sent - upload.received < WINDOW * CHUNK_SIZE:
                header = {"kind": "upload", "id": self.attempt, "file": upload.file, "offset": upload.sent}
                piece = upload.content[upload.sent:upload.sent + CHUNK_SIZE]
                messages.append((header, piece))
                upload.sent += len(piece)
        elif not self.epochs and self.ending and not self.ending_sent:
            self.ending_sent = True
            messages.append((self.ending, b""))
        if messages:
            self.last_sent = now
        return messages

    def resend(self, now):
        """Sends all that is unacknowledged again: after a reconnection, or when an answer is overdue."""
        self.last_sent = now
        self.ending_sent = False
        if self.current:
            self.current.rewind()
        return [(message, b"") for message in self.epochs] + self.advance(now)
