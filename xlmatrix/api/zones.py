"""What is to be said where a zone has other clocks than somebody expects.

A zone's rules change by law, often weeks before they hold: a workbook made with older zone data
computes by clocks that nobody has any more, and so does a computer with older data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.model import MatrixSpec
from xlmatrix.package import open_package
from xlmatrix.regen import read_book
from xlmatrix.regen.reading.outline import outline
from xlmatrix.regen.reading.zones import zone_tables
from xlmatrix.rules.zones import zones_in_use
from xlmatrix.tables.kinds import STAMP, stamp_of
from xlmatrix.worktime import Zone
from xlmatrix.worktime.changed import Stretch, stretches
from xlmatrix.worktime.database import editions, system_zone_info
from xlmatrix.worktime.shifts import local_midnight

if TYPE_CHECKING:
    from xlmatrix.regen import UsedBook
    from xlmatrix.sheets.plan import BookPlan

_SHOWN: Final = 3
_UPDATE: Final = "Update the zone data first: pip install --upgrade tzdata"


def workbook_zone_findings(used: UsedBook, mend: str) -> tuple[Finding, ...]:
    """Where the workbook's table of its zone differs from the zone data in use, and what moves.

    Parameters
    ----------
    mend
        What the command advises where the workbook's table is the older one.
    """
    number = used.stamp.zone_data
    latest = {zone.name: zone for zone in zones_in_use(used.base)}
    found: list[Finding] = []
    for was in zone_tables(used.contents, list(latest.values()), edition=number):
        now = latest[was.name]
        differing = _within(used.base, was, now)
        if not differing:
            continue
        told = _UPDATE if number > now.edition else mend
        found.append(_changed(used.where, was, now, differing, told))
        if was.name == used.base.zone:
            found += _moved(used, was, told)
    return tuple(found)


def _changed(
    where: str, was: Zone, now: Zone, differing: tuple[Stretch, ...], mend: str
) -> Finding:
    of_table = f" of IANA {was.edition}" if was.edition else ""
    what = (
        f"the clock of {now.name} is another by IANA {now.edition or '?'} than by the workbook's "
        f"table{of_table}: {_said(differing)}"
    )
    return Finding(Level.WARNING, "zone-changed", what, f"{where}!Tz", mend, about=now.name)


def _moved(used: UsedBook, was: Zone, mend: str) -> list[Finding]:
    """The deadlines that move with the matrix's zone, as one finding."""
    moves = list(_moves(used, was))
    if not moves:
        return []
    count = f"{len(moves):,} deadline{' moves' if len(moves) == 1 else 's move'}"
    what = f"{count} with it: {_listed(moves)}"
    where = f"{used.where}!Incidents"
    return [Finding(Level.WARNING, "zone-moves", what, where, mend, rows=len(moves))]


def replaced_zone_findings(path: Path, spec: MatrixSpec) -> tuple[Finding, ...]:
    """The same of a workbook that a build is about to replace, if it is one for the same zone."""
    try:
        if not path.is_file():
            return ()
        latest = {zone.name: zone for zone in zones_in_use(spec)}
        before = zone_tables(outline(open_package(path)), list(latest.values()))
        # Read whole only where there is something to say.
        if not any(_within(spec, was, latest[was.name]) for was in before):
            return ()
        used = read_book(path)
    except (XlmatrixError, OSError):
        # Whatever stands there is replaced: nothing in it can be compared.
        return ()
    if used.base.zone != spec.zone:
        return ()
    return workbook_zone_findings(used, "Nothing to do: the workbook has the newer table now")


def computer_zone_findings(spec: MatrixSpec, where: str = "zone") -> tuple[Finding, ...]:
    """A note where the computer's own, older zone data have another clock for a zone in use."""
    if editions().passed_over is None:
        return ()
    return tuple(_passed_over(spec, where))


def _passed_over(spec: MatrixSpec, where: str) -> Iterator[Finding]:
    passed_over = editions().passed_over
    assert passed_over is not None
    for now in zones_in_use(spec):
        own = system_zone_info(now.name)
        if own is None:
            continue
        was = Zone.tabulate(now.name, own, now.first_year, now.last_year)
        if differing := _within(spec, was, now):
            what = (
                f"the clock of {now.name} is taken from IANA {now.edition} of the package tzdata; "
                f"the computer's own data, {passed_over} in {passed_over.place}, are older and "
                f"differ: {_said(differing)}"
            )
            mend = "Nothing to do here; update the computer, so that its other programs agree"
            yield Finding(Level.NOTE, "zone-data", what, where, mend, about=now.name)


def _within(spec: MatrixSpec, was: Zone, now: Zone) -> tuple[Stretch, ...]:
    """Where the clocks differ on the dates of the horizon."""
    first, last = spec.horizon.start, spec.horizon.end + timedelta(days=1)
    low, high = (now.boundary(local_midnight(day)) for day in (first, last))
    return stretches(was, now, low, high)


def _said(differing: tuple[Stretch, ...]) -> str:
    more = len(differing) - _SHOWN
    shown = "; ".join(map(str, differing[:_SHOWN]))
    return f"{shown}; and {more:,} more" if more > 0 else shown


def _listed(moves: list[str]) -> str:
    more = len(moves) - _SHOWN
    shown = ", ".join(moves[:_SHOWN])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _moves(used: UsedBook, was: Zone) -> Iterator[str]:
    """Every computed stamp of a table that the two clocks put elsewhere, with both."""
    # Planning a workbook takes imports that most runs can do without.
    from xlmatrix.sheets.book import plan_book

    about = stamp_of(used.typed.get(("", "AsOf_Input", ""))) or used.stamp.created

    def plan(zone: Zone | None) -> BookPlan:
        return plan_book(
            used.spec,
            used.log,
            as_of=about,
            created=about,
            typed=used.typed,
            lines=False,
            zone=zone,
        )

    before, after = (_stamps(plan(zone)) for zone in (was, None))
    for place, old in before.items():
        new = after.get(place)
        if old != new and new is not None:
            _, row, header = place
            yield f"{row} {header} {old:%Y-%m-%d %H:%M} to {new:%Y-%m-%d %H:%M}"


def _stamps(book: BookPlan) -> dict[tuple[str, str, str], datetime]:
    """The computed stamps that people see, by table, first cell of the row, and header."""
    found: dict[tuple[str, str, str], datetime] = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            keys = [str(value) for value in table.values[0]]
            for column, values in zip(table.columns, table.values, strict=True):
                if column.kind is not STAMP or column.expr is None or column.hidden:
                    continue
                for key, value in zip(keys, values, strict=True):
                    stamp = stamp_of(getattr(value, "value", value))
                    if key and stamp is not None:
                        found[table.name, key, table.headers[table.columns.index(column)]] = stamp
    return found
