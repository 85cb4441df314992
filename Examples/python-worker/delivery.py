"""What one attempt still owes the coordinator: kept until it is acknowledged, and sent again when it is not."""

import hashlib

from protocol import messages, records

CHUNK_SIZE = 256 * 1024
WINDOW = 16  # unacknowledged chunks


class Upload:
    """A checkpoint on its way up."""

    def __init__(self, id, kind, epoch, content, best_epoch=None):
        self.id = id
        self.file = records.StoredFile(
            kind=kind, epoch=epoch, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
            best_epoch=best_epoch)
        self.content = content
        self.sent = self.received = 0

    def rewind(self):
        self.sent = self.received = 0

    def next_chunk(self):
        piece = self.content[self.sent:self.sent + CHUNK_SIZE]
        chunk = messages.Chunk(id=self.id.proto, file=self.file, offset=self.sent)
        self.sent += len(piece)
        return self.id.message(upload=chunk), piece


class Delivery:
    """Rows go at once; files one after the other; the end goes last, when all the rest is durable.

    Every method that may send returns the messages to send, each with the bytes that go beside it.
    """

    def __init__(self, now):
        self.rows = []  # messages that nobody has acknowledged, in order
        self.current = None  # the upload under way
        self.waiting = {}  # by kind: what has not begun to travel
        self.newest_best = None
        self.ending = None  # the message `finished` or `hand_back`
        self.ending_sent = False
        self.last_sent = now

    @property
    def is_waiting(self):
        """Whether something was sent, or could be, that nobody has acknowledged."""
        return bool(self.rows or self.current or self.ending_sent)

    @property
    def is_handed_back(self):
        """A hand-back needs no answer: nothing is lost when it is, for the goodbye or a heartbeat says the same."""
        return self.ending_sent and self.ending.HasField("hand_back")

    def add_row(self, message, now):
        self.rows.append(message)
        self.last_sent = now
        return [(message, b"")]

    def add_file(self, upload, now):
        self.keep(upload)
        return self.advance(now)

    def keep(self, upload):
        """A newer checkpoint takes the place of an older one, and a `last` whose `best` will never be sent is none."""
        self.waiting[upload.file.kind] = upload
        if upload.file.kind == records.BEST:
            self.newest_best = upload
            if records.LAST in self.waiting and not self.is_complete(self.waiting[records.LAST]):
                del self.waiting[records.LAST]

    def is_complete(self, last):
        """Whether the newest `best` is the one that this `last` needs."""
        if not last.file.HasField("best_epoch"):
            return True
        return self.newest_best is not None and self.newest_best.file.epoch == last.file.best_epoch

    def row_stored(self, epoch, now):
        self.rows = [message for message in self.rows if message.row.epoch > epoch]
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
        if file.kind == records.LAST and self.newest_best:
            last, self.current = self.current, None
            self.waiting.setdefault(records.BEST, self.newest_best)
            if self.is_complete(last):
                self.waiting.setdefault(records.LAST, last)
        return self.advance(now)

    def file_stored(self, file, now):
        if self.current and self.current.file == file:
            self.current = None
        return self.advance(now)

    def advance(self, now):
        """Sends what may be sent now."""
        sent = []
        if self.current is None and self.waiting:
            self.current = self.waiting.pop(records.BEST if records.BEST in self.waiting else records.LAST)
            self.current.rewind()
        if (upload := self.current) is not None:
            while upload.sent < len(upload.content) and upload.sent - upload.received < WINDOW * CHUNK_SIZE:
                sent.append(upload.next_chunk())
        elif not self.rows and self.ending and not self.ending_sent:
            self.ending_sent = True
            sent.append((self.ending, b""))
        if sent:
            self.last_sent = now
        return sent

    def resend(self, now):
        """Sends all that is unacknowledged again: after a reconnection, or when an answer is overdue."""
        self.last_sent = now
        self.ending_sent = False
        if self.current:
            self.current.rewind()
        return [(message, b"") for message in self.rows] + self.advance(now)
