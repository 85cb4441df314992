"""Checkpoints, experiments and data sets on their way down."""

import hashlib
import os
import sys

from protocol import messages

WINDOW = 16  # unanswered requests


class CheckpointDownload:
    """The checkpoint that an attempt goes on from, chunk after chunk."""

    def __init__(self, id, file):
        self.id, self.file = id, file
        self.content = b""
        self.asked = 0.0

    @property
    def arrived(self):
        return len(self.content)

    def ask(self, now):
        self.asked = now
        fetch = messages.Fetch(id=self.id.proto, file=self.file.kind, offset=len(self.content))
        return [(self.id.message(fetch=fetch), b"")]

    def take(self, chunk, content, now):
        """Returns what to send, and whether the checkpoint is here, whole."""
        if chunk.file != self.file or chunk.offset != len(self.content):
            return [], False
        self.content += content
        if len(self.content) < self.file.size:
            return self.ask(now), False
        if hashlib.sha256(self.content).hexdigest() != self.file.sha256:
            self.content = b""
            return self.ask(now), False
        return [], True


class ExperimentDownload:
    """A study's experiment, one message long."""

    def __init__(self, study, digest):
        self.study, self.digest = study, digest
        self.asked = 0.0

    def ask(self, now):
        self.asked = now
        fetch = messages.FetchExperiment(sha256=self.digest)
        return [(messages.WorkerMessage(study=self.study, fetch_experiment=fetch), b"")]


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

    def fetch(self, path, offset):
        fetch = messages.FetchData(data_sha256=self.digest, path=path, offset=offset)
        return messages.WorkerMessage(fetch_data=fetch), b""

    def ask(self, now):
        """All over again from what is missing: after a reconnection, or when an answer is overdue."""
        self.asked = now
        if self.listed is None:
            return [self.fetch(None, 0)]
        self.requested = 0
        while self.requested in self.pieces:
            self.requested += len(self.pieces[self.requested])
        return self.ask_for_more(now)

    def ask_for_more(self, now, count=WINDOW):
        self.asked = now
        size = self.pieces and max(map(len, self.pieces.values())) or self.listed.size
        requests = []
        # How long a chunk is, the first answer tells; until then there is one request.
        for _ in range(count if self.pieces else 1):
            if self.requested >= self.listed.size:
                break
            requests.append(self.fetch(self.listed.path, self.requested))
            self.requested += size
        return requests

    def take_list(self, files, now):
        if self.listed is not None:
            return []
        if len(files) != 1 or files[0].sha256 != self.digest:
            sys.exit(f"worker: it reads data sets of one CSV file, and this one has {len(files)} files")
        self.listed = files[0]
        return self.ask(now)

    def take_chunk(self, chunk, content, now):
        """Returns what to send, and whether the data set is here, whole."""
        if self.listed is None or chunk.path != self.listed.path:
            return [], False
        first = not self.pieces
        self.pieces[chunk.offset] = content
        if first:
            self.requested = chunk.offset + len(content)
        if self.arrived < self.listed.size:
            return self.ask_for_more(now, WINDOW if first else 1), False
        whole = b"".join(self.pieces[offset] for offset in sorted(self.pieces))
        if hashlib.sha256(whole).hexdigest() != self.digest:
            self.pieces = {}
            return self.ask(now), False
        self.keep(whole)
        return [], True

    def keep(self, content):
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, os.path.basename(self.listed.path))
        part = f"{path}.{os.getpid()}.part"
        with open(part, "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        os.replace(part, path)


class Store:
    """What all trials of a study need, and what is fetched once for all of them: its experiment and its data."""

    def __init__(self, folder):
        self.folder = folder
        self.experiments = {}  # texts by digest
        self.downloads = {}  # by digest

    def find(self, study, assign, now):
        """Returns the experiment's text and the data's path, None where they are not here, and requests for these."""
        text = self.experiments.get(assign.experiment_sha256)
        path = find_data(assign.data_sha256, self.folder)
        requests = []
        if text is None:
            requests += self.begin(ExperimentDownload(study, assign.experiment_sha256), now)
        if path is None:
            requests += self.begin(DataDownload(assign.data_sha256, self.folder), now)
        return text, path, requests

    def begin(self, download, now):
        if download.digest in self.downloads:
            return []
        self.downloads[download.digest] = download
        return download.ask(now)

    def take(self, kind, body, content, now):
        """Returns what to send, and whether something is here now that was not."""
        digest = body.sha256 if kind == "experiment" else body.data_sha256
        if (download := self.downloads.get(digest)) is None:
            return [], False
        if kind == "experiment":
            requests, is_whole = [], hashlib.sha256(body.text.encode()).hexdigest() == digest
            if is_whole:
                self.experiments[digest] = body.text
        elif kind == "data_files":
            requests, is_whole = download.take_list(body.files, now), False
        else:
            requests, is_whole = download.take_chunk(body, content, now)
        if is_whole:
            del self.downloads[digest]
        return requests, is_whole


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
