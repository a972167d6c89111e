"""Spend by hour from a CSV: what was spent in each window, today and this month.

One row an hour, or several that are added up, with when the hour began, an amount and perhaps a
currency. A row that cannot be read ends the reading: without it a window would look cheaper than it
was. An hour that has no row makes a gap, and a window with a gap is not measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from xlmatrix.errors import Finding, FindingsError, Level, plural
from xlmatrix.exchange.files.text import CsvFile, open_csv
from xlmatrix.exchange.tickets.layout import Layout, laid_out, refuse_missing
from xlmatrix.exchange.tickets.stamps import EMPTY, StampError, StampReader
from xlmatrix.exchange.tools.form import Form
from xlmatrix.tables.budget import WINDOWS
from xlmatrix.worktime.database import zone_info

FORM: Final = Form(
    tool="plain",
    id="spend",
    title="a CSV of spend by hour",
    fields={
        "hour": ("hour", "from", "start", "time", "timestamp"),
        "amount": ("amount", "spend", "cost"),
        "currency": ("currency",),
    },
)
_HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Spend:
    """What a file says was spent; None where an hour of it has no row.

    Attributes
    ----------
    until
        The end of the last hour, on the wall clock of the matrix's zone.
    windows
        By minutes, without what came back.
    month, today
        Since the 1st and since midnight, less what came back.
    currency
        "" where the file says none.
    notes
        What was decided: gaps, refunds, hours of a clock change.
    """

    until: datetime
    windows: Mapping[int, float | None]
    month: float | None
    today: float | None
    currency: str
    rows: int
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Hour:
    spent: float = 0.0
    back: float = 0.0


def read_spend(path: str | Path, zone: str) -> Spend:
    """Read a CSV of spend by hour.

    Parameters
    ----------
    path
        Encodings and delimiters as of incidents. Columns: ``hour`` (when it began, on the full
        hour), ``amount`` (a plain number such as ``1234.56``; below 0 is a refund), ``currency``.
    zone
        The zone of hours that name none, and of the month.

    Raises
    ------
    XlmatrixError
        The file cannot be read, is no CSV text or lacks a column.
    FindingsError
        Every row that cannot be read, and currencies that are mixed.
    """
    file = open_csv(Path(path))
    layout = laid_out(FORM, file.tabled(), None)
    refuse_missing(layout, ("hour", "amount"))
    hours, currencies, faults, count = _gathered(file, layout, zone)
    if len(currencies) > 1:
        first, *others = currencies.items()
        for currency, line in others:
            what = f"{currency} stands among amounts in {first[0]}"
            mend = "Give one file a currency, or convert the amounts"
            faults.append(_fault(file, line, "import-currency", what, mend))
    if not hours and not faults:
        faults.append(_fault(file, 1, "import-nothing", "no row has an hour", "Add the rows"))
    if faults:
        raise FindingsError(tuple(faults), where=file.name)
    return _summed(hours, next(iter(currencies), ""), zone, count)


_Gathered = tuple[dict[datetime, _Hour], dict[str, int], list[Finding], int]


def _gathered(file: CsvFile, layout: Layout, zone: str) -> _Gathered:
    """Hours with what was spent, currencies with their first line, faults, rows."""
    stamps = StampReader(zone, None)
    hours: dict[datetime, _Hour] = {}
    currencies: dict[str, int] = {}
    faults: list[Finding] = []
    count = 0
    width = len(layout.tabled.header)
    for line, fields in file.rows(file.delimiter):
        if not any(map(str.strip, fields)):
            continue
        count += 1
        if len(fields) > width:
            # A comma of thousands would be read as a cheaper amount.
            what = f"it has {len(fields):,} fields, the header {width:,}"
            mend = "Put quotes around fields that hold the delimiter"
            faults.append(_fault(file, line, "import-width", what, mend))
            continue
        cell = {
            known: _field(fields, column)
            for known, column in layout.place.items()
            if isinstance(column, int)
        }
        try:
            began = _began(stamps, cell["hour"])
            amount = _amount(cell["amount"])
        except StampError as error:
            faults.append(_fault(file, line, "import-spend", error.what, error.mend))
            continue
        hour = hours.setdefault(began, _Hour())
        if amount < 0:
            hour.back -= amount
        else:
            hour.spent += amount
        if currency := cell.get("currency", "").upper():
            currencies.setdefault(currency, line)
    return hours, currencies, faults, count


def _field(fields: list[str], column: int) -> str:
    return fields[column].strip() if column < len(fields) else ""


def _began(stamps: StampReader, text: str) -> datetime:
    seconds = stamps.read(text)
    if seconds is None:
        raise StampError("the row has no hour", "Write when it began, as 2026-02-28 01:00")
    if seconds % 3600:
        raise StampError(f"'{text[:40]}' is on no full hour", "Add the amounts up by hour")
    return _EPOCH + timedelta(seconds=seconds)


def _amount(text: str) -> float:
    mend = "Write a plain number such as 1234.56, without signs or thousands"
    if text.lower() in EMPTY:
        raise StampError("the row has no amount", mend + "; 0 where nothing was spent")
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or "_" in text:
        raise StampError(f"'{text[:40]}' is no amount", mend)
    return amount


def _fault(file: CsvFile, line: int, code: str, what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, code, what, f"{file.name}:{line}", mend)


def _summed(hours: Mapping[datetime, _Hour], currency: str, zone: str, count: int) -> Spend:
    last = max(hours)
    until = last + _HOUR
    notes = _notes(hours, zone)
    windows: dict[int, float | None] = {}
    for minutes in WINDOWS.values():
        # What is shorter than a row is the last row.
        listed = _listed(hours, until - max(1, minutes // 60) * _HOUR, until, zone)
        windows[minutes] = None if listed is None else math.fsum(one.spent for one in listed)
    first = last.replace(day=1, hour=0)
    return Spend(
        until,
        windows,
        _net(_listed(hours, first, until, zone)),
        _net(_listed(hours, last.replace(hour=0), until, zone)),
        currency,
        count,
        tuple(notes),
    )


def _net(listed: Sequence[_Hour] | None) -> float | None:
    if listed is None:
        return None
    return math.fsum(part for one in listed for part in (one.spent, -one.back))


def _listed(
    hours: Mapping[datetime, _Hour], first: datetime, until: datetime, zone: str
) -> list[_Hour] | None:
    """The hours of a stretch; None where one that the clock shows has no row."""
    wanted = [first + place * _HOUR for place in range(round((until - first) / _HOUR))]
    if any(hour not in hours and _is_shown(hour, zone) for hour in wanted):
        return None
    return [hours[hour] for hour in wanted if hour in hours]


def _is_shown(hour: datetime, zone: str) -> bool:
    """Whether the zone's clock shows an hour; in spring it skips one."""
    local = hour.replace(tzinfo=zone_info(zone))
    back = local.astimezone(zone_info("UTC")).astimezone(zone_info(zone))
    return back.replace(tzinfo=None) == hour


def _is_twice(hour: datetime, zone: str) -> bool:
    local = hour.replace(tzinfo=zone_info(zone))
    return local.utcoffset() != local.replace(fold=1).utcoffset() and _is_shown(hour, zone)


def _notes(hours: Mapping[datetime, _Hour], zone: str) -> list[str]:
    first, last = min(hours), max(hours)
    between = [first + place * _HOUR for place in range(round((last - first) / _HOUR) + 1)]
    gaps = [hour for hour in between if hour not in hours and _is_shown(hour, zone)]
    twice = [hour for hour in between if _is_twice(hour, zone)]
    refunds = {hour: one.back for hour, one in hours.items() if one.back}
    notes = []
    if gaps:
        which = (
            f"{plural(len(gaps), 'hour has', 'hours have')} no row, the first "
            f"{gaps[0]:%Y-%m-%d %H:%M}"
        )
        notes.append(f"{which}: windows with one are not measured")
    if first > last.replace(day=1, hour=0):
        notes.append("The first row is after the 1st: Spent this month stays as typed")
    if refunds:
        which = f"{math.fsum(refunds.values()):,.2f} came back in {plural(len(refunds), 'hour')}"
        notes.append(f"{which}: left out of the windows, taken off the month")
    if twice:
        notes.append(f"The clock shows {twice[0]:%Y-%m-%d %H:%M} twice: both hours count as one")
    return notes
