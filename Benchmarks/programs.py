"""What running programs as trials costs, with the real program: python3 Benchmarks/programs.py [--winnow WINNOW].

Prints the overhead of a trial over its bare process, and how many metric lines a second become durable: of one trial, and
of sixteen at a time. The start and the end of the study are counted in.
"""
import argparse
import pathlib
import re
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


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--winnow", default=str(root / ".build/release/winnow"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        study(folder, '[sh, -c, "echo val_loss=1"]', "[]", 400)
        whole = run(options, folder, 1)
        start = time.monotonic()
        for _ in range(400):
            subprocess.run(["sh", "-c", "echo val_loss=1"], stdout=subprocess.DEVNULL, check=True)
        bare = time.monotonic() - start
        print(f"overhead over the bare process: {(whole - bare) / 400 * 1000:.1f} ms a trial (asked 5)")
    for trials, count, asked in [(1, 100_000, 10_000), (16, 10_000, 20_000)]:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "lines.py").write_text(LINES.format(count=count))
            study(folder, "[python3, lines.py]", "[lines.py]", trials)
            seconds = run(options, folder, trials)
            print(f"metric lines of {trials} at a time: {trials * count / seconds:,.0f} a second (asked {asked:,})")


main()
