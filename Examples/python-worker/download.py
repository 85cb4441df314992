"""Checkpoints and data sets on their way down."""

import hashlib
import os

WINDOW = 16  # unanswered requests


class CheckpointDownload:
    """The checkpoint that an attempt goes on from, chunk after chunk."""

    def __init__(self, assign):
        self.attempt, self.file = assign["id"], assign["resume"]
        self.content = b""
        self.asked = 0.0

    @property
    def arrived(self):
        return len(self.content)

    def ask(self, now):
        self.asked = now
        offset = len(self.content)
        return [({"kind": "fetch", "id": self.attempt, "file": self.file["kind"], "offset": offset}, b"")]

    def take(self, message, content, now):
        """Returns what to send, and whether the checkpoint is here, whole."""
        if message["file"] != self.file or message["offset"] != len(self.content):
            return [], False
        self.content += content
        if len(self.content) < self.file["size"]:
            return self.ask(now), False
        if hashlib.sha256(self.content).hexdigest() != self.file["sha256"]:
            self.content = b""
            return self.ask(now), False
        return [], True


class DataDownload:
    """A data set of one file, fetched by its digest into `folder/DIGEST/`, where the next worker finds it."""

    def __init__(self, digest, folder):
        self.digest = digest
        self.folder = os.path.join(folder, digest)
        self.listed = None
        self.pieces = {}  # by offset, as they come
        self.asked = 0.0
        self.requested = 0

    @property
    def arrived(self):
        return sum(map(len, self.pieces.values()))

    def ask(self, now):
        """All over again from what is missing: after a reconnection, or when an answer is overdue."""
        self.asked = now
        if self.listed is None:
            return [({"kind": "fetch_data", "data_sha256": self.digest, "offset": 0}, b"")]
        self.requested = 0
        while self.requested in self.pieces:
            self.requested += len(self.pieces[self.requested])
        return self.ask_for_more(now)

    def ask_for_more(self, now, count=WINDOW):
        self.asked = now
        size = self.pieces and max(map(len, self.pieces.values())) or self.listed["size"]
        messages = []
        # How long a chunk is, the first answer tells; until then there is one request.
        for _ in range(count if self.pieces else 1):
            if self.requested >= self.listed["size"]:
                break
            messages.append(({
                "kind": "fetch_data", "data_sha256": self.digest, "path": self.listed["path"],
                "offset": self.requested}, b""))
            self.requested += size
        return messages

    def take_list(self, files, now):
        if self.listed is not None:
            return []
        if len(files) != 1 or files[0]["sha256"] != self.digest:
            raise ValueError(f"this worker reads data sets of one CSV file, and this one has {len(files)} files")
        self.listed = files[0]
        return self.ask(now)

    def take_chunk(self, message, content, now):
        """Returns what to send, and the data set's path once it is here, whole."""
        if self.listed is None or message["path"] != self.listed["path"]:
            return [], None
        first = not self.pieces
        self.pieces[message["offset"]] = content
        if first:
            self.requested = message["offset"] + len(content)
        if self.arrived < self.listed["size"]:
            return self.ask_for_more(now, WINDOW if first else 1), None
        whole = b"".join(self.pieces[offset] for offset in sorted(self.pieces))
        if hashlib.sha256(whole).hexdigest() != self.digest:
            self.pieces = {}
            return self.ask(now), None
        return [], self.keep(whole)

    def keep(self, content):
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, os.path.basename(self.listed["path"]))
        part = f"{path}.{os.getpid()}.part"
        with open(part, "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        os.replace(part, path)
        return path


def find_data(digest, folder):
    """The path of the file with this SHA-256 in `folder`, or in `folder/DIGEST/`; None where there is none."""
    for place in (os.path.join(folder, digest), folder):
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            path = os.path.join(place, name)
            if name.endswith((".csv", ".csv.gz")) and os.path.isfile(path):
                with open(path, "rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                        return path
    return None
