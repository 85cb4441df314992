"""The worker without its socket, threads and clock: a message, an event of a slot or a tick in, messages out.

`send`, `start` and the like are collected in `actions`, which the loop performs.
"""

from attempt import Attempt, key
from download import DataDownload, find_data

PROTOCOL_VERSION = 2
RESEND_AFTER = 5.0  # seconds without an acknowledgement
STOP_LIMIT = 4.5  # seconds that a SIGTERM leaves for saving

EXIT_OK, EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_INTERRUPTED = 0, 1, 69, 75


class Machine:
    def __init__(self, name, host, slots, tags, environment, data_folder, connect_timeout, now):
        self.hello = {
            "kind": "hello", "protocol_version": PROTOCOL_VERSION, "worker": name, "program": "python-worker 1",
            "host": host, "slots": slots, "tags": tags, "environment": environment}
        self.slots, self.data_folder, self.connect_timeout = slots, data_folder, connect_timeout
        self.actions = []  # tuples: "send", message, bytes; "start", assign, path, checkpoint; "order", attempt, word
        self.attempts = {}
        self.leaving = set()  # abandoned attempts whose thread has not yet left its slot
        self.data = {}  # downloads by digest
        self.welcome = None
        self.is_welcome = False
        self.last_heard = now
        self.last_hello = self.last_heartbeat = 0.0
        self.sequence = self.heard = 0
        self.stopping = None  # the exit code to end with
        self.deadline = None

    # What goes out

    def send(self, message, content=b""):
        self.actions.append(("send", message, content))

    def send_all(self, messages):
        # Without a welcome nothing is sent: the next one sends all that waits.
        if self.is_welcome:
            for message, content in messages:
                self.send(message, content)

    def say_hello(self, now):
        self.last_hello = now
        self.send(self.hello | {"running": [attempt.assign["id"] for attempt in self.attempts.values()]})

    @property
    def free_slots(self):
        if self.stopping is not None:
            return 0
        busy = sum(not attempt.delivery.ending for attempt in self.attempts.values())
        return max(0, self.slots - busy - len(self.leaving))

    def ready(self):
        if self.is_welcome and self.stopping is None:
            self.send({"kind": "ready", "slots": self.free_slots})

    # What comes in

    def receive(self, message, content, now):
        self.last_heard = now
        kind = message["kind"]
        attempt = self.attempts.get(key(message["id"])) if "id" in message else None
        if kind == "welcome":
            self.welcome, self.is_welcome = message, True
            for each in self.attempts.values():
                self.send_all(each.delivery.resend(now))
                if each.download:
                    self.send_all(each.download.ask(now))
            for download in self.data.values():
                self.send_all(download.ask(now))
            self.ready()
            self.end_if_idle()
        elif kind == "who_are_you":
            self.is_welcome = False
            self.sequence = self.heard = 0
            self.say_hello(now)
        elif kind == "refused":
            self.actions.append(("exit", EXIT_REFUSED, message["reason"]))
        elif kind == "heartbeat":
            if self.heard < message["answers"] <= self.sequence:
                self.heard = message["answers"]
        elif kind == "assign":
            self.take(message, now)
        elif kind == "epoch_stored" and attempt:
            self.send_all(attempt.delivery.epoch_stored(message["epoch"], now))
        elif kind == "received" and attempt:
            self.send_all(attempt.delivery.received(message["file"], message["offset"], now))
        elif kind == "file_stored" and attempt:
            self.send_all(attempt.delivery.file_stored(message["file"], now))
        elif kind == "chunk" and attempt and attempt.download:
            messages, is_whole = attempt.download.take(message, content, now)
            self.send_all(messages)
            if is_whole:
                attempt.checkpoint, attempt.download = attempt.download.content, None
                self.begin(attempt, now)
        elif kind in ("data_files", "data_chunk"):
            self.take_data(message, content, now)
        elif kind == "outcome_stored":
            self.attempts.pop(key(message), None)
            self.end_if_idle()
        elif kind == "abandon":
            self.forget(message)
        elif kind == "recall":
            self.hand_back(self.attempts.get(key(message)), now)
        elif kind == "drain":
            self.stop(EXIT_OK if message["reason"] == "finished" else EXIT_INTERRUPTED, now)
        self.sweep()

    def take(self, assign, now):
        if key(assign["id"]) in self.attempts:
            return
        has_slot = self.free_slots > 0  # a `ready` that came late, or twice, brings more than was asked for
        attempt = self.attempts[key(assign["id"])] = Attempt(assign, now)
        if not has_slot:
            self.hand_back(attempt, now)
        elif attempt.download:
            self.send_all(attempt.download.ask(now))
        else:
            self.begin(attempt, now)

    def begin(self, attempt, now):
        """Starts the training if all that it needs is here, and asks for what is not."""
        digest = attempt.assign["data_sha256"]
        path = find_data(digest, self.data_folder)
        if path:
            attempt.training = True
            self.actions.append(("start", attempt.assign, path, attempt.checkpoint))
        elif digest not in self.data:
            self.data[digest] = DataDownload(digest, self.data_folder)
            self.send_all(self.data[digest].ask(now))

    def take_data(self, message, content, now):
        digest = message["data_sha256"]
        if (download := self.data.get(digest)) is None:
            return
        if message["kind"] == "data_files":
            return self.send_all(download.take_list(message["files"], now))
        messages, path = download.take_chunk(message, content, now)
        self.send_all(messages)
        if path:
            del self.data[digest]
            for attempt in self.attempts.values():
                if attempt.assign["data_sha256"] == digest and self.is_fetching(attempt) and not attempt.download:
                    self.begin(attempt, now)

    def is_fetching(self, attempt):
        return not attempt.training and not attempt.delivery.ending

    def forget(self, message):
        attempt = self.attempts.pop(key(message), None)
        if attempt and attempt.training:
            self.leaving.add(key(message))
            self.actions.append(("order", message, "abandon"))
        else:
            self.ready()
            self.end_if_idle()

    def event(self, name, id, told, now):
        """What a slot's thread reports."""
        attempt = self.attempts.get(key(id))
        if name in ("finished", "paused", "left"):
            self.leaving.discard(key(id))
        if attempt is None:
            if name in ("finished", "paused", "left"):
                self.ready()
                self.end_if_idle()
        elif name == "progress":
            attempt.told = told
        elif name == "epoch":
            self.send_all(attempt.delivery.add_epoch(told, now))
        elif name == "known":
            attempt.delivery.newest_best = told
        elif name == "file":
            # Between two connections it is only kept, as nothing may count as sent.
            if self.is_welcome:
                self.send_all(attempt.delivery.add_file(told, now))
            else:
                attempt.delivery.keep(told)
        elif name in ("finished", "paused"):
            attempt.training = False
            attempt.delivery.ending = told or {"kind": "hand_back"} | id
            self.send_all(attempt.delivery.advance(now) if self.is_welcome else [])
            self.ready()
        self.sweep()

    def hand_back(self, attempt, now):
        """Saves what runs and gives it back; what has not begun is given back as it is."""
        if attempt is None or attempt.delivery.ending:
            return
        if attempt.training:
            self.actions.append(("order", attempt.assign["id"], "pause"))
        else:
            attempt.download = None
            attempt.delivery.ending = {"kind": "hand_back"} | attempt.assign["id"]
            self.send_all(attempt.delivery.advance(now) if self.is_welcome else [])

    def sweep(self):
        """Attempts that have been handed back are over."""
        for id in [id for id, attempt in self.attempts.items() if attempt.delivery.is_handed_back]:
            del self.attempts[id]
            self.ready()
        self.end_if_idle()

    # Time, and the end

    def tick(self, now):
        if self.deadline is not None and now > self.deadline:
            return self.exit(self.stopping)
        if not self.is_welcome:
            if now - self.last_heard > self.connect_timeout:
                return self.actions.append(("exit", EXIT_UNREACHABLE, "no coordinator answered"))
            return self.say_hello(now) if now - self.last_hello > 1 else None
        if now - self.last_heard > self.welcome["lease_s"]:
            self.is_welcome = False
            self.last_heard = now
            self.sequence = self.heard = 0
            self.actions.append(("reconnect",))
            return self.say_hello(now)
        if now - self.last_heartbeat >= self.welcome["heartbeat_s"]:
            self.last_heartbeat = now
            self.sequence += 1
            self.send({
                "kind": "heartbeat", "sequence": self.sequence, "heard": self.heard, "slots": self.free_slots,
                "progress": [
                    each.progress(self.data.get(each.assign["data_sha256"])) for each in self.attempts.values()]})
        for attempt in self.attempts.values():
            if attempt.delivery.is_waiting and now - attempt.delivery.last_sent > RESEND_AFTER:
                self.send_all(attempt.delivery.resend(now))
            if attempt.download and now - attempt.download.asked > RESEND_AFTER:
                self.send_all(attempt.download.ask(now))
        for download in self.data.values():
            if now - download.asked > RESEND_AFTER:
                self.send_all(download.ask(now))
        self.sweep()

    def stop(self, code, now):
        """Saves and hands back everything, then ends; at the latest when the stop limit is over."""
        if self.stopping is None:
            self.stopping, self.deadline = code, now + STOP_LIMIT
            for attempt in list(self.attempts.values()):
                self.hand_back(attempt, now)
            self.sweep()

    def end_if_idle(self):
        if self.stopping is not None and not self.attempts and not self.leaving:
            self.exit(self.stopping)

    def exit(self, code):
        if self.is_welcome:
            self.send({"kind": "goodbye"})
            self.is_welcome = False
        self.actions.append(("exit", code, "interrupted" if code == EXIT_INTERRUPTED else None))
