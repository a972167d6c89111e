"""Reported: what became of every difference, and the sheet that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xlmatrix.errors import MOST_LISTED, XlmatrixError, listed, shortened
from xlmatrix.regen.carrying import Cargo
from xlmatrix.regen.copies.told import told
from xlmatrix.regen.merging.kept import version_lines
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.report import (
    Report,
    changes_sheet,
    lines_for,
    old_lines,
    ordered,
    placed,
)
from xlmatrix.regen.stages.drawn import Overlaid
from xlmatrix.regen.stages.ground import Ground
from xlmatrix.regen.stages.merged import ThreeWay
from xlmatrix.regen.stages.request import Request
from xlmatrix.rules.lint.typed import said_once
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.tables.hours import CALENDARS
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.people import PEOPLE, ROLES

#: So much of one thing that is lost an error shows.
_MOST_OF_ONE: Final = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """The report, and the plan with the sheet *Changes* where there is something to say.

    ``refusal`` is the error for what nobody allowed to leave behind, in a run that only reports.
    """

    report: Report
    book: BookPlan
    refusal: XlmatrixError | None = None


def report_on(
    ground: Ground, merged: ThreeWay, overlaid: Overlaid, carried: Cargo, request: Request
) -> Reported:
    """Gather what every stage did.

    Raises
    ------
    XlmatrixError
        When something cannot be carried over, nobody allowed its loss, and more than the report
        was asked for.
    """
    refusal = _refusal(carried.lost, request.allow_loss, merged.used.where)
    if refusal is not None and not request.only_report:
        raise refusal
    changes = _without_echoes(merged.changes, carried.changes)
    changes = [
        *(changes if request.copies is None else told(changes, request.copies)),
        *request.lines,
        *overlaid.lost,
        *_orphans(ground),
        *version_lines(
            merged.used.base, ground.spec, None if ground.same_spec else request.new.spec
        ),
        *_losses(carried.lost),
    ]
    findings = tuple(said_once(ground.findings, [one.finding() for one in overlaid.flagged]))
    report = Report(ordered(placed(changes, carried.book)), findings, dict(carried.lost))
    same = ground.same_spec and ground.same_release
    if not request.keeps_past:
        # The sheet would say what stood in cells that somebody has emptied.
        return Reported(report, carried.book, refusal)
    lines = lines_for(report.changes, old_lines(merged.used.contents) if same else [])
    book = _with_changes(carried.book, lines) if lines else carried.book
    return Reported(report, book, refusal)


def _losses(lost: Mapping[str, tuple[str, ...]]) -> list[Change]:
    return [
        Change(Outcome.REFUSED, "", name, "", note=f"cannot be carried over: {entry}")
        for name, entries in lost.items()
        for entry in entries
    ]


def _without_echoes(merged: Sequence[Change], carried: Sequence[Change]) -> list[Change]:
    """Both lists, with one line for a cell in which somebody typed a formula."""
    at = {(c.table, c.key, c.column): c for c in merged if c.outcome is Outcome.KEPT and c.column}
    kept = []
    for change in carried:
        echo = at.pop((change.table, change.key, change.column), None)
        was = change.before if change.before is not None or echo is None else echo.before
        kept.append(replace(change, before=was))
    gone = {(c.table, c.key, c.column) for c in carried if c.column}
    plain = [
        c for c in merged if c.outcome is not Outcome.KEPT or (c.table, c.key, c.column) not in gone
    ]
    return [*plain, *kept]


def _orphans(ground: Ground) -> list[Change]:
    """What the template has no more and the workbook still has."""
    note = "the template has it no more; it stays"
    kept = ground.orphans
    names = {role.id: role.name for role in ground.spec.roles}
    calendars = {calendar.id: calendar.name for calendar in ground.spec.calendars}
    rows = [
        *((MATRIX.name, known) for known in kept.classes),
        *((ROLES.name, names[known]) for known in kept.roles),
        *((PEOPLE.name, known) for known in kept.people),
        *((CALENDARS.name, calendars[known]) for known in kept.calendars),
        *((OBLIGATIONS.name, known) for known in kept.obligations),
    ]
    return [
        *(Change(Outcome.ORPHAN, table, key, "", note=note) for table, key in rows),
        *(Change(Outcome.ORPHAN, "", s, "", note=note, sheet=s) for s in kept.severities),
    ]


def _refusal(
    lost: Mapping[str, tuple[str, ...]], allowed: frozenset[str], where: str
) -> XlmatrixError | None:
    left = {name: what for name, what in lost.items() if not is_allowed(name, allowed)}
    if not left:
        return None
    entries = listed(shortened(entry, _MOST_OF_ONE) for what in left.values() for entry in what[:3])
    return XlmatrixError(
        f"this cannot be carried over: {entries}",
        where=where,
        mend=f"Move it elsewhere, or leave it behind with {loss_options(left)}",
    )


def is_allowed(name: str, allowed: Collection[str]) -> bool:
    """Whether something may be left behind: by its name, or by the sheet of its cell."""
    sheet, mark, _ = name.rpartition("!")
    return name in allowed or bool(mark and sheet in allowed)


def _by_sheet(names: Sequence[str]) -> list[str]:
    """The names, and of several cells of one sheet that sheet alone."""
    sheets = [name.rpartition("!")[0] for name in names]
    return list(
        dict.fromkeys(
            sheet if sheet and sheets.count(sheet) > 1 else name
            for name, sheet in zip(names, sheets, strict=True)
        )
    )


def loss_options(names: Iterable[str]) -> str:
    """What to add to the command to go on without; the report of a dry run has every name."""
    known = _by_sheet(list(names))
    more = "; --dry-run --json lists them all" if len(known) > MOST_LISTED else ""
    return listed((f'--allow-loss "{name}"' for name in known), " ") + more


def _with_changes(book: BookPlan, lines: list[tuple[str, ...]]) -> BookPlan:
    """The report stands behind our own sheets, before those of the user."""
    own = [plan.name for plan in book.sheets]
    at = own.index("Lists") + 1 if "Lists" in own else len(own)
    return replace(book, sheets=(*book.sheets[:at], changes_sheet(lines), *book.sheets[at:]))
