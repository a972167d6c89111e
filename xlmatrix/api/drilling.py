"""Drills outside the workbook: the plan, a card, the verdicts, a played drill."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlmatrix.api.horizon import covering
from xlmatrix.api.outputs import workbook_output
from xlmatrix.api.regenerating import outfit_of, packed
from xlmatrix.api.sources import read_source, scene_of
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import Loaded, MatrixSpec
from xlmatrix.regen.reading.book import read_book
from xlmatrix.rules.drills.saying import turn_words
from xlmatrix.rules.drills.story import Story
from xlmatrix.rules.drills.times import TIMES
from xlmatrix.sheets.inputs import Inputs, plain
from xlmatrix.version import __version__
from xlmatrix.worktime.serials import EPOCH
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.rules.drills.simulation import Simulated
    from xlmatrix.sheets.drill_view import DrillView, InjectRow, PlanRow
    from xlmatrix.sheets.parts import Scene
    from xlmatrix.write.outputs import Output


@dataclass(frozen=True, slots=True)
class DrillBook:
    """The drills of a spec, a template or a workbook, with what people typed into the workbook."""

    source: str
    scene: Scene
    view: DrillView
    used: UsedBook | None = None

    @property
    def spec(self) -> MatrixSpec:
        """The matrix that the drills belong to."""
        return self.scene.spec

    def planned(self, number: int) -> datetime | None:
        """When a drill is planned, as a wall-clock time."""
        seconds = self.drill(number).planned_s
        return None if isnan(seconds) else EPOCH + timedelta(seconds=round(seconds))

    def drill(self, number: int) -> PlanRow:
        """A drill by its number; a planned error lists those there are."""
        for row in self.view.rows:
            if row.number == number:
                return row
        raise XlmatrixError(
            f"there is no drill {number}",
            where=self.source,
            mend=f"Choose one from 1 to {len(self.view.rows)}",
        )

    def players(self, number: int) -> list[tuple[str, str, str]]:
        """Role, primary or backup, and person, for every role that plays in a drill."""
        self.drill(number)
        found = []
        for role in self.spec.roles:
            letter = self.view.seats[role.name, number].upper()
            if letter == "P":
                found.append((role.name, "primary", role.primary))
            elif letter == "B":
                found.append((role.name, "backup", role.backup or ""))
        return found

    def injects(self, number: int) -> list[tuple[float, str]]:
        """Minute and text of what happens in a drill, in order."""
        return [(one.minute or 0, str(one.text)) for one in self.told(number)]

    def told(self, number: int) -> list[InjectRow]:
        """The injects of a drill that have a minute and a text, in order."""
        row = self.drill(number)
        if row.found is None:
            return []
        found = [
            one
            for one in self.view.injects
            if one.scenario == row.found.id and one.minute is not None and one.text
        ]
        return sorted(found, key=lambda one: (one.minute or 0, one.number))

    def story(self, number: int) -> Story:
        """How the severity of a drill turns, and which clocks its injects start."""
        return self.view.story(self.drill(number).found)

    def worse(self, number: int) -> list[float]:
        """The minutes at which a drill turns to a worse severity."""
        story = self.story(number)
        force, found = story.opens, []
        for minute, row in story.turns:
            if force is not None and row < force:
                found.append(minute)
            force = row
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a drill that was held is judged; minutes by the short name of their time."""

    record: str
    drill: int | None
    scenario: str
    result: str
    minutes: Mapping[str, float | None]
    reach: float | None
    missed: str
    repeat_by: datetime | None
    repeat: str


def drills(
    source: str | os.PathLike[str] | MatrixSpec | Loaded, *, as_of: datetime | str | None = None
) -> DrillBook:
    """The drills of a workbook, a spec or a template.

    Parameters
    ----------
    source
        A workbook that xlmatrix made, the path of a spec, a shipped template's name, or a spec.
    as_of
        The instant that verdicts speak of; by default the workbook's *As of*, else now.

    Raises
    ------
    XlmatrixError
        The source cannot be read, or has no drills.
    """
    from xlmatrix.sheets.drill_view import drill_view

    where, spec, used = read_source(source)
    if spec.drills is None:
        raise XlmatrixError(
            "it has no drills", where=where, mend="Add drills: to the spec, as in template standard"
        )
    scene = scene_of(spec, used, {} if used is None else used.typed, as_of)
    view = drill_view(scene)
    assert view is not None
    return DrillBook(where, scene, view, used)


def drill_card(book: DrillBook, number: int, *, players: bool = False) -> str:
    """One drill on one page, as Markdown; without scenario and injects for ``players``."""
    row, at = book.drill(number), book.planned(number)
    found = row.found
    lines = [f"# Drill {number}" + ("" if players else f": {row.scenario}"), ""]
    facts = [
        ("When", f"{at:%Y-%m-%d %H:%M} ({book.spec.zone})" if at else "no day yet"),
        ("Format", found.format if found else ""),
        ("Outside working hours", found.off_hours if found else ""),
        ("Facilitator", row.facilitator or "nobody is free"),
        ("Evaluator", row.evaluator or "nobody is free"),
    ]
    if not players and found is not None:
        facts += [("Classes", found.classes), ("Opens as", found.opens)]
        facts += [("Severity to call at the end", found.severity)]
    lines += [f"- **{label}**: {text}" for label, text in facts if text]
    if not players:
        at_a_turn = turn_words(book.scene.frame.histories.change_policy)
        lines += ["", at_a_turn] if at_a_turn and book.story(number).turns else []
        if found is not None and found.objectives:
            lines += [
                "",
                "## Objectives",
                "",
                *(f"- {one}" for one in found.objectives.splitlines()),
            ]
        lines += ["", "## Injects", "", "| T+min | Inject | Clocks | Expected |"]
        lines += ["|---|---|---|---|"]
        for one in book.told(number):
            told = map(_cell, (f"{one.minute:g}", str(one.text), one.clocks, one.expects))
            lines.append(f"| {' | '.join(told)} |")
    lines += ["", "## Who plays", "", "| Role | As | Person |", "|---|---|---|"]
    lines += [
        f"| {_cell(role)} | {contact} | {_cell(person)} |"
        for role, contact, person in book.players(number)
    ]
    if not players and found is not None and found.questions:
        lines += ["", "## Questions after the drill", ""]
        lines += [f"- {one}" for one in found.questions.splitlines()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def drill_verdicts(book: DrillBook) -> list[Verdict]:
    """How every drill went that was begun, judged by the clocks of its severity."""
    frame = book.view.frame
    verdicts = []
    for place, key in enumerate(book.view.keys):
        result = str(frame["Result"][place])
        if not result:
            continue
        number, days = frame["Drill"][place], frame["Repeat by"][place]
        verdicts.append(
            Verdict(
                record=key,
                drill=None if isnan(number) else int(number),
                scenario=str(frame["Scenario"][place]),
                result=result,
                minutes={time.short: _known(frame[time.short][place]) for time in TIMES},
                reach=_known(frame["Reach"][place]),
                missed=str(frame["Missed"][place]),
                repeat_by=None if isnan(days) else EPOCH + timedelta(days=float(days)),
                repeat=str(frame["Repeat"][place]),
            )
        )
    return verdicts


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def drill_simulation(book: DrillBook, *, cause: str | None = None) -> list[Simulated]:
    """The escalation paths, played with the times of the log, or those that the spec assumes.

    Parameters
    ----------
    cause
        The id of a common cause of the spec that holds all the while.
    """
    from xlmatrix.rules.drills.simulation import simulate

    assert book.spec.drills is not None
    settings = book.spec.drills.simulation
    held = next((known for known in settings.causes if known.id == cause), None)
    if cause is not None and held is None:
        ids = ", ".join(known.id for known in settings.causes) or "none: add causes: to simulation:"
        raise XlmatrixError(
            f"the simulation has no cause {cause}", where=book.source, mend=f"There are: {ids}"
        )
    return simulate(book.spec, settings, frame=book.scene.frame, cause=held)


def free_record(book: DrillBook, number: int) -> str:
    """The key of the record that a drill goes into: its own, else the next free repetition."""
    book.drill(number)
    begun = {
        key
        for key, at in zip(book.view.keys, book.view.records["Detected"], strict=True)
        if at is not None and at != ""
    }
    own = f"Drill {number}"
    free = [key for key in (own, *book.view.keys[len(book.view.rows) :]) if key not in begun]
    if not free:
        raise XlmatrixError(
            f"drill {number} was held, and every row for repetitions is used",
            where=book.source,
            mend="Clear a row of Drill results that is no longer needed",
        )
    return free[0]


def write_record(
    book: DrillBook,
    key: str,
    values: Mapping[str, Any],
    *,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool | None = None,
) -> tuple[Path, Path | None]:
    """Write a record of a drill into the workbook, by regenerating it with the values typed in.

    The workbook is read afresh: a drill takes hours, and others save meanwhile.

    Parameters
    ----------
    key
        The record's name in the first column of Drill results.
    values
        What to type, by header; stamps as naive wall-clock ``datetime``.
    output
        Another file to write; None replaces the workbook and keeps the old one beside it.
    overwrite
        Whether ``output`` may replace a file, as in :func:`xlmatrix.api.build`.

    Returns
    -------
    The workbook that was written, and the backup of the one that it replaced.
    """
    from xlmatrix.regen.renew import Request, renew
    from xlmatrix.write.outputs import put, put_in_place
    from xlmatrix.write.targets import state_of

    if book.used is None:
        raise XlmatrixError(
            "a record is written into a workbook",
            where=book.source,
            mend="Name the .xlsx, or write the record with --record",
        )
    source = Path(book.source)
    read, used = state_of(source), read_book(source)
    goal = None if output is None else record_output(book, output, overwrite=overwrite)
    dress, outfit = outfit_of(used, source if goal is None else goal.path)
    now = now_in(book.spec.zone)
    request = Request(
        used.loaded,
        template=used.stamp.template,
        version=__version__,
        now=now,
        stretch=covering,
        outfit=outfit,
    )
    data = packed(used, renew(_with_values(used, key, values), request), dress)
    if goal is None:
        return source, put_in_place(data, source, read)
    return goal.path, put(data, goal)


def record_output(
    book: DrillBook, output: str | os.PathLike[str], *, overwrite: bool | None = None
) -> Output:
    """The other workbook that a record shall stand in, looked at before the drill is played."""
    return workbook_output(output, inputs=(book.source,), overwrite=overwrite, source=book.used)


def _with_values(used: UsedBook, key: str, values: Mapping[str, Any]) -> UsedBook:
    """The workbook as if somebody had typed the values."""
    from xlmatrix.tables.drills import DRILLS

    known = DRILLS.name
    table = used.inputs.tables[known]
    place = table.headers.index("Record")
    rows = []
    for row in table.rows:
        if str(row[place]) == key:
            told = dict(zip(table.headers, row, strict=True))
            told |= {header: plain(value) for header, value in values.items()}
            rows.append(tuple(told[header] for header in table.headers))
        else:
            rows.append(row)
    tables = {**used.inputs.tables, known: replace(table, rows=tuple(rows))}
    typed = {**used.typed, **{(known, key, h): plain(v) for h, v in values.items()}}
    return replace(used, inputs=Inputs(tables, used.inputs.names), typed=typed)
