"""Plays a drill at the terminal: lines from the keyboard, a clock that may run faster, a record.

Only the command that plays imports it, so it imports at its top what the others do without.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from xlmatrix import api
from xlmatrix.cli.files import kept, output_of, write
from xlmatrix.cli.report import stdout
from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.drills.session import KEYS, Session
from xlmatrix.tables.drills import DRILLS, STOPPED
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.worktime.database import zone_info

if TYPE_CHECKING:
    from xlmatrix.api.drilling import DrillBook
    from xlmatrix.write.outputs import Output

_TICK_S: Final = 0.05
QUIT: Final = "q"
#: What no clock sees: the column, and the question.
_QUESTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("Severity called", "Severity that was called"),
    ("Contacts tried", "Contacts tried"),
    ("Contacts answered", "Contacts that answered"),
    ("Backup played", "Did a backup play (yes/no)"),
    ("Kill switch found (min)", "Minutes until the kill switch was found"),
    (STOPPED, "Minutes until the agent was stopped (after T0)"),
    ("Evidence complete", "Is the evidence complete (yes/no)"),
    ("One timeline", "Is there one timeline (yes/no)"),
)


def play(book: DrillBook, number: int, *, speed: float, questions: bool) -> dict[str, Any]:
    """The columns of the record, after the drill was played and the questions answered."""
    zone = zone_info(book.spec.zone)
    start = datetime.now(zone).replace(microsecond=0, tzinfo=None)
    session = Session(start, book.injects(number), book.worse(number))
    keys = "  ".join(f"{key}={header}" for key, header in KEYS.items())
    typer.echo(f"DRILL {number}, from {start:%H:%M:%S}, speed {speed:g}. {keys}  {QUIT}=end")
    lines = _lines()
    _until_over(session, lines, speed)
    values: dict[str, Any] = session.record(number)
    if questions:
        stops = book.story(number).stop is not None
        values |= _answers(lines, [one for one in _QUESTIONS if stops or one[0] != STOPPED])
    return values


def _until_over(session: Session, lines: queue.Queue[str | None], speed: float) -> None:
    began = time.monotonic()
    listening = True
    while not session.over:
        minute = (time.monotonic() - began) * speed / 60
        for at, text in session.due(minute):
            typer.echo(f"T+{at:g} min  {text}")
        if not listening:
            # Whoever piped the keys in has no more: what is left is told, then it ends.
            if session.told >= len(session.injects):
                session.press(QUIT, minute)
            time.sleep(_TICK_S)
            continue
        try:
            line = lines.get(timeout=_TICK_S)
        except queue.Empty:
            continue
        if line is None:
            listening = False
            lines.put(None)
        elif line.strip():
            typer.echo(session.press(line, (time.monotonic() - began) * speed / 60))


def _lines() -> queue.Queue[str | None]:
    """What is typed, line by line, read beside the clock; None at the end."""
    found: queue.Queue[str | None] = queue.Queue()
    stream = sys.stdin

    def read() -> None:
        for line in stream:
            found.put(line.rstrip("\n"))
        found.put(None)

    threading.Thread(target=read, daemon=True).start()
    return found


def _answers(
    lines: queue.Queue[str | None], questions: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for header, question in questions:
        typer.echo(f"{question}: ", nl=False)
        line = lines.get()
        typer.echo("")
        if line is None:
            break
        text = line.strip()
        if not text:
            continue
        answers[header] = _number(text) if DRILLS[header].kind.id == NUMBER.id else text
    return answers


def _number(text: str) -> float | str:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def as_json(key: str, values: Mapping[str, Any]) -> str:
    """A record as JSON text."""
    told = {
        header: value.isoformat(sep=" ") if isinstance(value, datetime) else value
        for header, value in values.items()
    }
    return json.dumps({"record": key, "values": told}, indent=2, ensure_ascii=False) + "\n"


def goal_of_record(
    book: DrillBook, record: Path | None, output: Path | None, overwrite: bool | None
) -> Output | None:
    """Where a record goes; None is the workbook that the drill stands in."""
    if record is not None and output is not None:
        raise XlmatrixError(
            "--record and --output are both given",
            where=book.source,
            mend="The record goes into a file of its own or into a workbook: name one",
        )
    if record is not None:
        return output_of(record, (".json",), book.source, overwrite=overwrite)
    if book.used is None:
        raise XlmatrixError(
            "there is no workbook to write the record into",
            where=book.source,
            mend="Name a workbook, or write the record with --record drill.json",
        )
    return None if output is None else api.record_output(book, output, overwrite=overwrite)


def write_record(
    book: DrillBook,
    key: str,
    values: dict[str, Any],
    goal: Output | Path | None,
    overwrite: bool | None,
) -> None:
    """Write a record into a file of its own, or into a workbook, where it is judged."""
    if goal is not None and not isinstance(goal, Path):
        backup = write(as_json(key, values), goal)
        stdout().print(f"{goal.path}: {key}{kept(backup)}", soft_wrap=True)
        return
    target, backup = api.write_record(book, key, values, output=goal, overwrite=overwrite)
    stdout().print(f"{target}: {key} written{kept(backup)}", soft_wrap=True)
    for verdict in api.drill_verdicts(api.drills(target)):
        if verdict.record == key:
            missed = f": {verdict.missed}" if verdict.missed else ""
            stdout().print(f"{verdict.result}{missed}", soft_wrap=True)
