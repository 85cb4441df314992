"""What a script tells Winnow, and hears from it.

    import winnow

    p = winnow.parameters()                        # {"lr": 0.01, "width": 64}
    for epoch in range(1, 31):
        ...
        winnow.report(epoch, val_loss=loss, checkpoint=True)
        if winnow.should_stop():
            sys.exit(winnow.SAVED)

Without Winnow the same script runs as well: ``parameters()`` gives the defaults it is handed, ``report()`` prints, and
``should_stop()`` is false. It needs nothing but Python's own library. Docs/programs.md describes the files and variables
behind it, for scripts in other languages.
"""

import json
import os
import pathlib
from typing import Any, Dict, Mapping, Optional, Union

__all__ = ["SAVED", "checkpoint_folder", "parameters", "report", "seed", "should_stop", "stop_reason"]

SAVED = 75
"""The exit code of a script that has saved its state and is to be gone on with: ``sys.exit(winnow.SAVED)``."""

Value = Union[bool, int, float, str]


def parameters(defaults: Optional[Mapping[str, Value]] = None) -> Dict[str, Value]:
    """The trial's parameters, each with its type; over ``defaults`` where those are given.

    Raises ``OSError`` or ``ValueError`` where Winnow's file cannot be read.
    """
    values: Dict[str, Value] = dict(defaults or {})
    path = os.environ.get("WINNOW_PARAMETERS")
    if path:
        with open(path, encoding="utf-8") as file:
            values.update(json.load(file))
    return values


def report(epoch: Optional[float] = None, checkpoint: bool = False, **metrics: Any) -> None:
    """Reports the metrics of one epoch; they are kept whatever becomes of this process afterwards.

    ``epoch`` may be counted from 0 or from 1, or left out. ``checkpoint`` says that the script can go on from what is in
    ``checkpoint_folder()`` now: epochs after it are trained again where this process is killed. Values are numbers, or
    what ``float()`` takes, such as tensors of one element.

    Raises ``TypeError`` where a value is no number, ``OSError`` where it cannot be written.
    """
    row: Dict[str, Any] = {}
    if epoch is not None:
        row["epoch"] = _number("epoch", epoch)
    for name, value in metrics.items():
        row[name] = _number(name, value)
    if checkpoint:
        row["checkpoint"] = True
    line = json.dumps(row)
    path = os.environ.get("WINNOW_METRICS")
    if path:
        # One write of a whole line, at the end whoever else writes there.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, (line + "\n").encode())
        finally:
            os.close(descriptor)
    else:
        print("winnow " + line, flush=True)


def _number(name: str, value: Any) -> Union[int, float]:
    if isinstance(value, (bool, int)):
        return int(value)
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be a number, but is {value!r}") from error
    return number


def checkpoint_folder(default: str = "checkpoint") -> pathlib.Path:
    """The folder that goes with the trial from process to process; ``default`` where there is no Winnow. It exists."""
    folder = pathlib.Path(os.environ.get("WINNOW_CHECKPOINT", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def should_stop() -> bool:
    """Whether this process is to save its state and end, with the exit code ``SAVED``."""
    return stop_reason() is not None


def stop_reason() -> Optional[str]:
    """Why: ``prune`` (others are better), ``preempt`` (its place is needed) or ``cancel``; None where it is to go on."""
    folder = os.environ.get("WINNOW_CHECKPOINT")
    if not folder:
        return None
    try:
        return (pathlib.Path(folder) / ".stop").read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def seed(default: int = 0) -> int:
    """The trial's seed, below 2**53; ``default`` where there is no Winnow."""
    return int(os.environ.get("WINNOW_SEED", default))
