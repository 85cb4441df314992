#!/usr/bin/env python3
"""A Winnow worker that is no Winnow: it trains a softmax regression of its own, in numpy.

It shows that Docs/protocol.md and the .proto files are enough to take part in a study. Needs protoc, and in Python
protobuf, pyzmq, numpy, h5py and PyYAML:

    winnow coordinator Examples/python-worker/softmax.yaml --bind tcp://127.0.0.1:5555
    Examples/python-worker/worker.py tcp://127.0.0.1:5555
"""

import argparse
import os
import platform
import queue
import secrets
import signal
import socket
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core for each trial

import h5py
import numpy
import zmq

from machine import EXIT_INTERRUPTED, Machine
from protocol import DecodeError, messages
from training import Training


def read_key(path, name):
    """The key in a file of `winnow keygen`: a line has a field's name, the key in Z85, and perhaps its owner."""
    with open(path, encoding="utf-8") as file:
        for words in map(str.split, file):
            if len(words) >= 2 and words[0] == name:
                return words[1].encode()
    sys.exit(f"worker: {path}: has no {name}")


class Loop:
    """Waits and performs; all that is decided is decided by the machine."""

    def __init__(self, options):
        self.options = options
        self.context = zmq.Context()
        self.socket = None
        self.pending = []  # frames that could not leave yet
        self.events = queue.SimpleQueue()
        self.threads = {}
        self.wake_reader, self.wake_writer = os.pipe()
        for end in (self.wake_reader, self.wake_writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)
        self.signals = 0
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.on_signal)
        host = socket.gethostname()
        self.machine = Machine(
            name=f"{host}-{os.getpid()}-{secrets.token_hex(4)}", host=host, slots=options.slots,
            tags=[tag for tag in options.tags.split(",") if tag], data_folder=options.data_dir,
            environment={
                "host": host, "python": platform.python_version(), "numpy": numpy.__version__,
                "h5py": h5py.__version__, "zeromq": zmq.zmq_version()},
            connect_timeout=options.connect_timeout, now=time.monotonic())

    def on_signal(self, *_):
        self.signals += 1

    def report(self, event):
        self.events.put(event)
        try:
            os.write(self.wake_writer, b"\0")
        except BlockingIOError:
            pass  # the pipe is full: it will wake up anyway

    def connect(self):
        if self.socket is not None:
            self.socket.close(linger=0)
        self.pending = []
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.IMMEDIATE, 1)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.HANDSHAKE_IVL, 5000)
        if self.options.key:
            self.socket.curve_publickey = read_key(self.options.key, "public-key")
            self.socket.curve_secretkey = read_key(self.options.key, "secret-key")
            self.socket.curve_serverkey = read_key(self.options.coordinator_key, "public-key")
        self.socket.connect(self.options.endpoint)

    def flush(self):
        while self.pending:
            try:
                self.socket.send_multipart(self.pending[0], flags=zmq.DONTWAIT)
            except zmq.Again:
                return
            self.pending.pop(0)

    def run(self):
        self.connect()
        machine = self.machine
        machine.say_hello(time.monotonic())
        stops = 0
        while True:
            if (code := self.perform()) is not None:
                return code
            poller = zmq.Poller()
            poller.register(self.socket, zmq.POLLIN | (zmq.POLLOUT if self.pending else 0))
            poller.register(self.wake_reader, zmq.POLLIN)
            poller.poll(100)
            try:
                os.read(self.wake_reader, 65536)
            except BlockingIOError:
                pass
            if self.signals > stops:
                stops = self.signals
                if stops > 1:
                    return EXIT_INTERRUPTED
                machine.stop(EXIT_INTERRUPTED, time.monotonic())
            while not self.events.empty():
                machine.event(*self.events.get(), time.monotonic())
            for _ in range(1000):
                try:
                    header, *content = self.socket.recv_multipart(flags=zmq.DONTWAIT)
                except zmq.Again:
                    break
                if (message := self.read(header)) is not None:
                    machine.receive(message, content[0] if content else b"", time.monotonic())
            machine.tick(time.monotonic())

    def read(self, header):
        """The message; None where it is none that this worker knows, which is told and changes nothing."""
        try:
            message = messages.CoordinatorMessage.FromString(header)
            if message.WhichOneof("kind"):
                return message
            reason = "it is of no kind that this worker knows"
        except DecodeError:
            reason = "its bytes are no CoordinatorMessage"
        print(f"worker: {self.options.endpoint}: a message was refused: {reason}", file=sys.stderr)
        return None

    def perform(self):
        """Returns an exit code where the end has come."""
        actions, self.machine.actions = self.machine.actions, []
        for action, *rest in actions:
            if action == "send":
                message, content = rest
                if message.HasField("hello"):
                    self.pending = []  # whatever waited is said again after the welcome
                header = message.SerializeToString()
                self.pending.append([header, content] if content else [header])
                self.flush()
            elif action == "start":
                attempt, experiment, path = rest
                thread = self.threads[attempt.id] = Training(attempt, experiment, path, self.report)
                thread.start()
                print(f"worker: trial {attempt.id.trial}, attempt {attempt.id.attempt}", file=sys.stderr)
            elif action == "order":
                id, word = rest
                self.threads[id].order = word
            elif action == "reconnect":
                self.connect()
            elif action == "exit":
                code, reason = rest
                if reason:
                    print(f"worker: {self.options.endpoint}: {reason}", file=sys.stderr)
                self.socket.close(linger=1000)
                return code
        self.flush()
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("endpoint", help="the coordinator's address, as its --bind says")
    parser.add_argument("--slots", type=int, default=1, help="how many trials to train at a time")
    parser.add_argument("--tags", default="python", help="what an experiment may require, with commas between")
    parser.add_argument(
        "--data-dir", default=os.path.join(os.path.expanduser("~"), ".cache", "winnow-python-worker"),
        help="where data are looked for by their SHA-256, and kept when they are fetched")
    parser.add_argument("--key", help="this worker's private key file (winnow keygen)")
    parser.add_argument("--coordinator-key", help="the coordinator's public key file")
    parser.add_argument("--connect-timeout", type=float, default=30, help="seconds to look for the coordinator")
    options = parser.parse_args()
    if bool(options.key) != bool(options.coordinator_key):
        parser.error("--key and --coordinator-key belong together")
    sys.exit(Loop(options).run())


if __name__ == "__main__":
    main()
