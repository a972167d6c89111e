"""Runs a target once, and keeps what it finds apart by where it was raised."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.fuzz.targets import Target

#: Seconds of the processor that one run may take.
MOST_SECONDS = 5.0


class TooSlowError(Exception):
    """A run that took too long."""


@dataclass
class Finds:
    """Inputs that a target did not end on as planned, one for each place."""

    inputs: dict[str, bytes] = field(default_factory=dict)

    def run(self, target: Target, data: bytes) -> bool:
        """Run a target; gives whether it ended as planned."""
        try:
            with limited():
                target(data)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is a find
            self.inputs.setdefault(place_of(fault), data)
            return False
        return True

    def save(self, folder: Path) -> None:
        """Write each input into a folder, with what it did as the first line of a text beside."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, (place, data) in enumerate(self.inputs.items()):
            (folder / f"find-{number}.bin").write_bytes(data)
            (folder / f"find-{number}.txt").write_text(f"{place}\n{data[:2000]!r}\n", "utf-8")


@contextmanager
def limited() -> Iterator[None]:
    """Stops what runs too long, where a signal can reach it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {MOST_SECONDS:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def place_of(fault: Exception) -> str:
    """What was raised, and the last lines of ours that it came through."""
    ours = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(fault.__traceback__)
        if "xlmatrix" in frame.filename
    ]
    return f"{type(fault).__name__} at {' < '.join(reversed(ours[-3:]))}"
