"""The worker without its socket, threads and clock: a message, an event of a slot or a tick in, messages out.

`send`, `start` and the like are collected in `actions`, which the loop performs.
"""

from attempt import Attempt
from download import Store
from protocol import attempt_of, messages

PROTOCOL_VERSION = 3
RESEND_AFTER = 5.0  # seconds without an acknowledgement
STOP_LIMIT = 4.5  # seconds that a SIGTERM leaves for saving

EXIT_OK, EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_INTERRUPTED = 0, 1, 69, 75


class Machine:
    def __init__(self, name, host, slots, tags, environment, data_folder, connect_timeout, now):
        self.hello = messages.Hello(
            protocol_version=PROTOCOL_VERSION, worker=name, program="python-worker 2", host=host, slots=slots,
            tags=tags, environment=environment)
        self.slots, self.connect_timeout = slots, connect_timeout
        self.actions = []  # tuples: "send", message, bytes; "start", attempt, text, path; "order", id, word
        self.attempts = {}  # by id
        self.leaving = set()  # abandoned attempts whose thread has not yet left its slot
        self.store = Store(data_folder)
        self.metrics = {}  # by study: the numbers that its metrics have, by name
        self.welcome = None
        self.is_welcome = False
        self.last_heard = now
        self.last_hello = self.last_heartbeat = 0.0
        self.sequence = self.heard = 0
        self.stopping = None  # the exit code to end with
        self.deadline = None

    # What goes out

    def send(self, **kind):
        """Sends a message that is about no study; those about one are made by `AttemptID.message`."""
        self.actions.append(("send", messages.WorkerMessage(**kind), b""))

    def send_all(self, sent):
        # Without a welcome nothing is sent: the next one sends all that waits.
        if self.is_welcome:
            self.actions.extend(("send", message, content) for message, content in sent)

    def say_hello(self, now):
        self.last_hello = now
        del self.hello.running[:]
        self.hello.running.extend(id.listed for id in self.attempts)
        self.send(hello=self.hello)

    @property
    def free_slots(self):
        if self.stopping is not None:
            return 0
        busy = sum(not attempt.delivery.ending for attempt in self.attempts.values())
        return max(0, self.slots - busy - len(self.leaving))

    def ready(self):
        if self.is_welcome and self.stopping is None:
            self.send(ready=messages.Ready(slots=self.free_slots))

    def numbered(self, id, row):
        """The row's message. A metric goes by its number in the study, and only where it has none yet, by its name."""
        numbers = self.metrics.get(id.study, {})
        for number, name in sorted((numbers[name], name) for name in row.named if name in numbers):
            row.metrics.append(number)
            row.values.append(row.named[name])
            del row.named[name]
        return id.message(row=row)

    # What comes in

    def receive(self, message, content, now):
        self.last_heard = now
        id, kind = attempt_of(message), message.WhichOneof("kind")
        body = getattr(message, kind)
        attempt = self.attempts.get(id)
        if kind == "welcome":
            self.welcome, self.is_welcome = body, True
            for each in self.attempts.values():
                self.send_all(each.delivery.resend(now))
                if each.download:
                    self.send_all(each.download.ask(now))
            for download in self.store.downloads.values():
                self.send_all(download.ask(now))
            self.ready()
            self.end_if_idle()
        elif kind == "who_are_you":
            self.is_welcome = False
            self.sequence = self.heard = 0
            self.say_hello(now)
        elif kind == "refused":
            self.actions.append(("exit", EXIT_REFUSED, body.reason))
        elif kind == "heartbeat":
            if self.heard < body.answers <= self.sequence:
                self.heard = body.answers
        elif kind == "assign":
            self.take(id, body, now)
        elif kind == "row_stored":
            self.metrics.setdefault(id.study, {}).update(body.metrics)
            if attempt:
                self.send_all(attempt.delivery.row_stored(body.epoch, now))
        elif kind == "received" and attempt:
            self.send_all(attempt.delivery.received(body.file, body.offset, now))
        elif kind == "file_stored" and attempt:
            self.send_all(attempt.delivery.file_stored(body.file, now))
        elif kind == "chunk" and attempt and attempt.download:
            requests, is_whole = attempt.download.take(body, content, now)
            self.send_all(requests)
            if is_whole:
                attempt.checkpoint, attempt.download = attempt.download.content, None
                self.begin(attempt, now)
        elif kind in ("experiment", "data_files", "data_chunk"):
            requests, is_whole = self.store.take(kind, body, content, now)
            self.send_all(requests)
            if is_whole:
                for each in self.attempts.values():
                    self.begin(each, now)
        elif kind == "outcome_stored":
            self.attempts.pop(id, None)
            self.end_if_idle()
        elif kind == "abandon":
            self.forget(id)
        elif kind == "recall":
            self.hand_back(attempt, now)
        elif kind == "drain":
            self.stop(EXIT_OK if body.reason == messages.Drain.FINISHED else EXIT_INTERRUPTED, now)
        self.sweep()

    def take(self, id, assign, now):
        if id in self.attempts:
            return
        self.metrics.setdefault(id.study, {}).update((name, number) for number, name in enumerate(assign.metrics))
        has_slot = self.free_slots > 0  # a `ready` that came late, or twice, brings more than was asked for
        attempt = self.attempts[id] = Attempt(id, assign, now)
        if not has_slot:
            return self.hand_back(attempt, now)
        if attempt.download:
            self.send_all(attempt.download.ask(now))
        self.begin(attempt, now)

    def begin(self, attempt, now):
        """Starts the training if all that it needs is here, and asks for what is not."""
        if not attempt.is_fetching:
            return
        text, path, requests = self.store.find(attempt.id.study, attempt.assign, now)
        self.send_all(requests)
        if text is not None and path is not None and not attempt.download:
            attempt.training = True
            self.actions.append(("start", attempt, text, path))

    def forget(self, id):
        attempt = self.attempts.pop(id, None)
        if attempt and attempt.training:
            self.leaving.add(id)
            self.actions.append(("order", id, "abandon"))
        else:
            self.ready()
            self.end_if_idle()

    def event(self, name, id, told, now):
        """What a slot's thread reports."""
        attempt = self.attempts.get(id)
        if name in ("finished", "paused", "left"):
            self.leaving.discard(id)
        if attempt is None:
            if name in ("finished", "paused", "left"):
                self.ready()
                self.end_if_idle()
        elif name == "progress":
            attempt.told = told
        elif name == "row":
            self.send_all(attempt.delivery.add_row(self.numbered(id, told), now))
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
            self.end(attempt, told, now)
            self.ready()
        self.sweep()

    def end(self, attempt, outcome, now):
        """Without an outcome the trial is handed back."""
        attempt.delivery.ending = (
            attempt.id.message(finished=outcome) if outcome else attempt.id.message(hand_back=attempt.id.proto))
        self.send_all(attempt.delivery.advance(now) if self.is_welcome else [])

    def hand_back(self, attempt, now):
        """Saves what runs and gives it back; what has not begun is given back as it is."""
        if attempt is None or attempt.delivery.ending:
            return
        if attempt.training:
            self.actions.append(("order", attempt.id, "pause"))
        else:
            attempt.download = None
            self.end(attempt, None, now)

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
        if now - self.last_heard > self.welcome.lease_s:
            self.is_welcome = False
            self.last_heard = now
            self.sequence = self.heard = 0
            self.actions.append(("reconnect",))
            return self.say_hello(now)
        if now - self.last_heartbeat >= self.welcome.heartbeat_s:
            self.last_heartbeat = now
            self.sequence += 1
            self.send(heartbeat=messages.Heartbeat(
                sequence=self.sequence, heard=self.heard, slots=self.free_slots,
                progress=[each.progress(self.store.downloads) for each in self.attempts.values()]))
        for attempt in self.attempts.values():
            if attempt.delivery.is_waiting and now - attempt.delivery.last_sent > RESEND_AFTER:
                self.send_all(attempt.delivery.resend(now))
            if attempt.download and now - attempt.download.asked > RESEND_AFTER:
                self.send_all(attempt.download.ask(now))
        for download in self.store.downloads.values():
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
            self.send(goodbye=messages.Goodbye())
            self.is_welcome = False
        self.actions.append(("exit", code, "interrupted" if code == EXIT_INTERRUPTED else None))
