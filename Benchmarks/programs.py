"""What running programs as trials costs, with the real program: python3 Benchmarks/programs.py [--winnow WINNOW].

Prints the overhead of a trial over its bare process, and how many metric lines a second become durable: of one trial, and
of sixteen at a time; each measured several times.
"""
import argparse
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

LINES = '''import os
with open(os.environ["WINNOW_METRICS"], "a") as file:
    for epoch in range(1, {count} + 1):
        file.write('{{"epoch": %d, "val_loss": 0.31, "train_loss": 0.25}}\\n' % epoch)
'''


def study(folder, command, files, trials):
    (folder / "e.yaml").write_text(
        f"program: {{command: {command}, files: {files}}}\nselect: {{monitor: val_loss, goal: minimize}}\n"
        f"search: {{trials: {trials}, parameters: {{a: {{min: 0, max: 1}}}}}}\n")


def run(options, folder, slots):
    """Seconds that a coordinator and one worker take."""
    start = time.monotonic()
    coordinator = subprocess.Popen(
        [options.winnow, "coordinator", "e.yaml", "--bind", "tcp://127.0.0.1:0", "--study", "study"], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in coordinator.stderr:
        if found := re.search(r"winnow worker (tcp://\S+)", line):
            break
    reader = subprocess.Popen(["cat"], stdin=coordinator.stderr, stdout=subprocess.DEVNULL)
    subprocess.run(
        [options.winnow, "worker", found.group(1), "--slots", str(slots)], cwd=folder, check=True,
        stderr=subprocess.DEVNULL)
    if coordinator.wait() != 0:
        raise SystemExit("the study failed")
    reader.wait()
    return time.monotonic() - start


def overhead(options, folder):
    """Milliseconds that a trial takes longer than its bare process, without what a study costs once."""
    few, many = 50, 450
    seconds = {}
    for trials in (few, many):
        shutil.rmtree(folder / "study", ignore_errors=True)
        study(folder, '[sh, -c, "echo val_loss=1"]', "[]", trials)
        seconds[trials] = run(options, folder, 1)
    start = time.monotonic()
    for _ in range(many - few):
        subprocess.run(["sh", "-c", "echo val_loss=1"], stdout=subprocess.DEVNULL, check=True)
    bare = time.monotonic() - start
    return (seconds[many] - seconds[few] - bare) / (many - few) * 1000


def rate(options, folder, trials, count):
    """Metric lines a second of trials that run at a time, the start and the end of the study counted in."""
    shutil.rmtree(folder / "study", ignore_errors=True)
    (folder / "lines.py").write_text(LINES.format(count=count))
    study(folder, "[python3, lines.py]", "[lines.py]", trials)
    return trials * count / run(options, folder, trials)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--winnow", default=str(root / ".build/release/winnow"))
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for what, asked, measure in [
            ("overhead over the bare process, ms a trial", "at most 5", lambda: overhead(options, folder)),
            ("metric lines a second of 1 trial", "10,000", lambda: rate(options, folder, 1, 100_000)),
            ("metric lines a second of 16 at a time", "20,000", lambda: rate(options, folder, 16, 10_000)),
        ]:
            found = sorted(measure() for _ in range(options.times))
            print(f"{what}: median {statistics.median(found):,.1f}, {found[0]:,.1f} to {found[-1]:,.1f} (asked {asked})")


main()
