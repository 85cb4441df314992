"""What the coordinator must bear, measured with simulated workers against the real program.

    python3 Benchmarks/fan_out.py [--winnow WINNOW] [--load WINNOW-LOAD] [--quick] [PART...]

PARTs: results latency trials uploads crowd slots moved restart (all of them by default). `crowd` takes five minutes and
`slots` eleven; --quick makes both a tenth as long. Build winnow and winnow-load first: swift build -c release. Those of
another version are measured with --winnow and --load; they must be of the same version.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent


class Coordinator:
    """A coordinator of so many trials, listening on a free port of this machine."""

    def __init__(self, options, folder, trials, *more):
        self.folder = pathlib.Path(folder)
        self.experiment = self.folder / "experiment.yaml"
        self.experiment.write_text(
            "name: load\n"
            "data: {source: housing, split: {validation: 0.2, test: 0.2}, scale_target: true}\n"
            "model: {preset: regressor}\n"
            "train: {epochs: 1000000}\n"
            f"search: {{sampler: random, trials: {trials}, parameters: "
            "{optimizer.learning_rate: {min: 1.0e-6, max: 1.0, scale: log}}}\n")
        self.command = [options.winnow, "coordinator", self.experiment, "--study", self.folder / "study", *more]
        self.bind = "tcp://127.0.0.1:0"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [*self.command, "--bind", self.bind], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"winnow worker (tcp://\S+)", line):
                self.bind = found.group(1)
                break
        else:
            sys.exit("the coordinator did not start")
        # Its words are not needed, but must go somewhere.
        self.reader = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()


def play(options, coordinator, *more, wait=True):
    command = [options.load, coordinator.bind, "--pid", str(coordinator.process.pid), *map(str, more)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if not wait:
        return process
    found = process.communicate()[0]
    if process.returncode != 0:
        coordinator.kill()
        sys.exit(f"{options.load} failed")
    return json.loads(found)


def show(what, value, least, aim, holds):
    print(f"{what}: {value} (at least {least}, aim {aim}){'' if holds else '  <- FALLS SHORT'}", flush=True)
    return holds


def results(options, folder):
    coordinator = Coordinator(options, folder, 64)
    found = play(options, coordinator, "--workers", 64, "--seconds", 10)
    coordinator.kill()
    options.capacity = found["per_second"]
    return show("durable epoch results per second", f"{found['per_second']:,.0f}", "20,000", "100,000",
                found["per_second"] >= 20_000)


def latency(options, folder):
    """At half of what is asked for, which counts, and at half of what was measured, for who wants to know."""
    reached = None
    for load in [20_000] + [capacity for capacity in [getattr(options, "capacity", 0)] if capacity > 30_000]:
        place = pathlib.Path(folder) / str(int(load))
        place.mkdir()
        coordinator = Coordinator(options, place, 64)
        found = play(options, coordinator, "--workers", 64, "--seconds", 10, "--rate", load / 2 / 64)
        coordinator.kill()
        if reached is None:
            reached = found["p99_ms"] <= 20
        show(f"acknowledgement at {found['per_second']:,.0f}/s, 99th percentile",
             f"{found['p99_ms']:.1f} ms (median {found['p50_ms']:.1f})", "20 ms", "10 ms", found["p99_ms"] <= 20)
    return reached


def uploads(options, folder):
    """Acknowledgements and heartbeats while a checkpoint arrives every second, and without that, to compare."""
    seconds = 10 if options.quick else 30
    checkpoint = os.urandom(1 << 27)
    file = pathlib.Path(folder) / "checkpoint"
    with open(file, "wb") as stream:
        stream.write(checkpoint)
        stream.flush()
        # Not while something is measured.
        os.fsync(stream.fileno())
    upload = ["--checkpoint", file, "--sha256", hashlib.sha256(checkpoint).hexdigest()]
    for more in [[], upload]:
        place = pathlib.Path(folder) / ("uploads" if more else "quiet")
        place.mkdir()
        coordinator = Coordinator(options, place, 21)
        found = play(options, coordinator, "--plan", "uploads", "--workers", 21, "--seconds", seconds, "--rate", 5,
                     *more)
        coordinator.kill()
        who = "without uploads"
        if more:
            who = (f"while {len(checkpoint) / 1e6:.0f} MB arrive {found['uploads'] / found['seconds']:.2f} times/s "
                   f"({found['megabytes_per_second']:.0f} MB/s)")
            print(f"  one upload takes {found['upload_p50_ms']:.0f} ms (at most {found['upload_max_ms']:.0f}); "
                  f"{found['coordinator_cores'] * 100:.0f} % of a core, {found['coordinator_megabytes']:.0f} MB")
        acknowledged = show(
            f"acknowledgement at {found['per_second']:,.0f}/s {who}, 99th percentile",
            times(found, "acknowledgement", "p99"), "25 ms", "10 ms", found["acknowledgement_p99_ms"] <= 25)
        answered = show(f"heartbeats {who}, longest", times(found, "heartbeat", "max"), "50 ms", "20 ms",
                        found["heartbeat_max_ms"] <= 50)
        if more:
            answered &= show("heartbeats of the worker that uploads, longest",
                             times(found, "uploading_heartbeat", "max"), "50 ms", "20 ms",
                             found["uploading_heartbeat_max_ms"] <= 50)
    return acknowledged and answered


def times(found, what, first):
    names = {"p50": "median", "p99": "99th percentile", "max": "longest"}
    others = ", ".join(f"{name} {found[f'{what}_{key}_ms']:.1f}" for key, name in names.items() if key != first)
    return f"{found[f'{what}_{first}_ms']:.1f} ms ({others})"


def trials(options, folder):
    count = 20_000
    start = time.monotonic()
    coordinator = Coordinator(options, folder, count)
    found = play(options, coordinator, "--plan", "trials", "--workers", 64)
    coordinator.process.wait()
    whole = time.monotonic() - start
    print(f"  from the coordinator's start to its end, study.h5 and all: {whole:.1f} s, {count / whole:,.0f} trials/s")
    return show("empty trials per second", f"{found['per_second']:,.0f}", "5,000", "20,000",
                found["per_second"] >= 5_000)


def crowd(options, folder):
    seconds = 30 if options.quick else 300
    # Of more, the descriptors of one playing process do not suffice where the system gives it 20,000.
    for count in [1000, 4000]:
        place = pathlib.Path(folder) / str(count)
        place.mkdir()
        coordinator = Coordinator(options, place, count)
        found = play(options, coordinator, "--workers", count, "--threads", count // 500, "--seconds", seconds,
                     "--rate", 1)
        coordinator.kill()
        holds = found["coordinator_cores"] < 0.10 and found["coordinator_megabytes"] < 300
        show(f"{count} workers with 1 result/s each, {seconds} s: {found['acknowledged'] / seconds:,.0f} results/s",
             f"{found['coordinator_cores'] * 100:.1f} % of a core, {found['coordinator_megabytes']:.0f} MB",
             "10 %, 300 MB for 1,000", "5,000 in the same", holds)
        if count == 1000:
            reached = holds
    return reached


def slots(options, folder):
    count = 1_000 if options.quick else 10_000
    coordinator = Coordinator(options, folder, count)
    found = play(options, coordinator, "--plan", "trials", "--workers", 16, "--trial-seconds", 1)
    coordinator.process.wait()
    scale = count / 10_000
    return show(f"{count:,} one-second trials on 16 slots", f"{found['seconds']:.1f} s",
                f"{640 * scale:.0f} s", f"{630 * scale:.0f} s", found["seconds"] <= 640 * scale)


def journal(coordinator):
    """The records of the study's journal: of each its kind, and what it says."""
    study = coordinator.folder / "study"
    printed = subprocess.run([coordinator.command[0], "journal", study, "--json"], capture_output=True, text=True)
    if printed.returncode == os.EX_USAGE:
        return old_journal(study)
    if printed.returncode != 0:
        sys.exit(printed.stderr)
    records = [json.loads(line) for line in printed.stdout.splitlines()]
    return [(kind, body) for record in records for kind, body in record.items() if kind != "study"]


def old_journal(study):
    """The same, of a version whose records were JSON, as they lie in the file."""
    records = []
    for segment in sorted((study / "journal").glob("*.wnj")):
        data, place = segment.read_bytes(), 16
        while place + 8 <= len(data):
            size = int.from_bytes(data[place:place + 4], "little")
            try:
                record = json.loads(data[place + 8:place + 8 + size])
            except ValueError:
                return records
            if record["kind"] == "epoch_finished":
                record = {"kind": "row", "trial": record["id"]["trial"]}
            records.append((record["kind"], record))
            place += 8 + size
    return records


def until(condition, limit=60):
    start = time.monotonic()
    while time.monotonic() - start < limit:
        if found := condition():
            return found, time.monotonic() - start
        time.sleep(0.005)
    sys.exit("waited in vain")


def starts(coordinator):
    return [body for kind, body in journal(coordinator) if kind == "attempt_started"]


def moved(options, folder):
    """From the death of one worker to its trial being given to another, which has waited for work."""
    coordinator = Coordinator(options, folder, 1)
    first = play(options, coordinator, "--workers", 1, "--seconds", 600, "--rate", 5, wait=False)
    until(lambda: starts(coordinator))
    second = play(options, coordinator, "--workers", 1, "--seconds", 600, "--rate", 5, wait=False)
    time.sleep(2)
    first.kill()
    _, seconds = until(lambda: starts(coordinator)[1:])
    second.kill()
    coordinator.kill()
    return show("from kill -9 of a worker to its trial elsewhere, lease 15 s", f"{seconds:.1f} s", "20 s", "16 s",
                seconds <= 20)


def restart(options, folder):
    """From the start of a new coordinator to results from every worker that its predecessor had."""
    count = 200
    coordinator = Coordinator(options, folder, count)
    crew = play(options, coordinator, "--workers", count, "--seconds", 600, "--rate", 5, wait=False)

    def heard(records):
        return {body.get("trial", 0) for kind, body in records if kind == "row"}
    until(lambda: len(heard(journal(coordinator))) == count)
    coordinator.kill()
    before = len(journal(coordinator))
    start = time.monotonic()
    coordinator.start()
    until(lambda: len(heard(journal(coordinator)[before:])) == count)
    seconds = time.monotonic() - start
    taken = [body for kind, body in journal(coordinator)[before:] if kind == "attempt_ended"]
    crew.kill()
    coordinator.kill()
    print(f"  {len(taken)} of {count} trials were taken away")
    return show(f"from a coordinator's restart to results of all its {count} workers", f"{seconds:.1f} s", "5 s", "1 s",
                seconds <= 5 and not taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", default=root / ".build" / "release" / "winnow")
    parser.add_argument("--load", default=root / ".build" / "release" / "winnow-load")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    parts = [results, latency, trials, uploads, crowd, moved, restart, slots]
    chosen = [part for part in parts if not options.parts or part.__name__ in options.parts]
    reached = []
    for part in chosen:
        with tempfile.TemporaryDirectory() as folder:
            reached.append(part(options, folder))
    sys.exit(0 if all(reached) else 1)


main()
