"""From the incidents of one file to a checked log: what every format has in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError
from xlmatrix.exchange.columns import Layout
from xlmatrix.exchange.lookup import Lookup
from xlmatrix.exchange.notes import Notes
from xlmatrix.exchange.source import CsvFile
from xlmatrix.exchange.stamps import StampError, StampReader
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.logs.incident_log import (
    MOST_INCIDENTS,
    STAMP_INPUTS,
    TEXT_INPUTS,
    IncidentLog,
    too_many,
)
from xlmatrix.worktime import Zone

_NEVER: Final = int(np.iinfo(np.int64).min)
_GAP: Final = 2


@dataclass(slots=True)
class Tally:
    """What became of each row: ``read`` is the sum of the others."""

    read: int = 0
    kept: int = 0
    superseded: int = 0
    refused: int = 0
    blank: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.kept + self.superseded + self.refused + self.blank


@dataclass(frozen=True, slots=True)
class Imported:
    """The incidents of a file.

    Attributes
    ----------
    log
        One row an incident, in the order of the file.
    findings
        Rows that cannot be used and everything that was decided, with ``file:line``.
    rows_read
        Rows after the header; ``rows_kept + rows_superseded + rows_refused + rows_blank``.
    rows_superseded
        Earlier states of incidents of which a later row is kept.
    opened_range
        First and last opening as wall-clock times in the matrix's zone; None without incidents.
    """

    log: IncidentLog
    findings: tuple[Finding, ...]
    rows_read: int
    opened_range: tuple[datetime, datetime] | None
    rows_kept: int = 0
    rows_superseded: int = 0
    rows_refused: int = 0
    rows_blank: int = 0
    format: str = ""


@dataclass(slots=True)
class Reading:
    """One file being read: where its columns stand, what is known, what was found so far."""

    spec: MatrixSpec
    file: CsvFile
    layout: Layout
    stamps: StampReader
    notes: Notes
    lookup: Lookup
    tally: Tally = field(default_factory=Tally)

    def rows(self, *, short_rows: bool) -> Iterator[tuple[int, list[str]]]:
        """The rows that have the header's width, counted; others are noted or refused.

        ``short_rows`` takes a row with fewer fields as one whose last cells are empty.
        """
        width = len(self.layout.header)
        tally = self.tally
        for line, row in self.file.rows(self.layout.delimiter):
            tally.read += 1
            if len(row) != width:
                if not any(map(str.strip, row)):
                    tally.blank += 1
                    continue
                if len(row) > width or not short_rows:
                    self._refuse_width(line, len(row), width)
                    continue
                row.extend([""] * (width - len(row)))
            yield line, row

    def note_unread_columns(self) -> None:
        """Name the columns that no field takes."""
        if unread := self.layout.unread:
            shown = ", ".join(header.strip()[:40] for header in unread[:12])
            more = f" and {len(unread) - 12} more" if len(unread) > 12 else ""
            self.notes.about_file(
                "import-columns",
                f"these columns are not read: {shown}{more}",
                "Nothing to do unless one is misspelt",
            )

    def refuse(self, line: int, code: str, what: str, mend: str) -> None:
        """Count a row that cannot be used and say why."""
        self.tally.refused += 1
        self.notes.at(line, code, what, mend)

    def opened(self, line: int, text: str) -> int | None:
        """The opening stamp; None when the row was refused for it."""
        try:
            seconds = self.stamps.read(text)
        except StampError as error:
            self.refuse(line, "import-date", f"row not used: opened {error.what}", error.mend)
            return None
        if seconds is None:
            mend = "Fill in when the incident opened"
            self.refuse(line, "import-date", "row not used: it does not say when it opened", mend)
        return seconds

    def stamp(self, line: int, name: str, text: str) -> int | None:
        """Another stamp of a row that is kept; one that cannot be read stays empty, and is said."""
        try:
            return self.stamps.read(text)
        except StampError as error:
            what = f"{name} is left empty: {error.what}"
            self.notes.at(line, "import-date", what, error.mend)
            return None

    def _refuse_width(self, line: int, has: int, wants: int) -> None:
        what = f"row not used: it has {has:,} fields, the header {wants:,}"
        self.refuse(line, "import-width", what, "Put quotes around fields that hold the delimiter")


class Gatherer:
    """Collects incidents as columns; :meth:`imported` checks them and gives the log."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lines: list[int] = []
        self._texts: dict[str, list[str]] = {header: [] for header in TEXT_INPUTS}
        self._stamps: dict[str, list[int]] = {header: [] for header in STAMP_INPUTS}

    def add(self, line: int, texts: dict[str, str], stamps: dict[str, int | None]) -> None:
        """Add one incident: texts and stamps by input header; what is left out is empty."""
        self._lines.append(line)
        for header, column in self._texts.items():
            column.append(texts.get(header, ""))
        for header, seconds in self._stamps.items():
            value = stamps.get(header)
            seconds.append(_NEVER if value is None else value)

    def imported(self) -> Imported:
        """The checked log.

        Raises
        ------
        FindingsError
            Rows were read and none can be used.
        XlmatrixError
            The dates are evidently written in another order than the spec says, or there are more
            incidents than a sheet holds.
        """
        reading, tally = self._reading, self._reading.tally
        _refuse_other_date_order(reading)
        stamps = {name: np.array(column, dtype=np.int64) for name, column in self._stamps.items()}
        keep = self._check_clock_changes(stamps)
        self._check_order(stamps, keep)
        tally.kept = int(keep.sum())
        if tally.kept > MOST_INCIDENTS:
            raise too_many(tally.kept, where=reading.file.name)
        assert tally.adds_up, tally
        self._sum_up()
        findings = reading.notes.findings()
        if tally.refused and not tally.kept:
            raise FindingsError((self._nothing_usable(), *findings), where=reading.file.name)
        chosen = np.flatnonzero(keep)
        log = IncidentLog.of(
            {name: [column[i] for i in chosen] for name, column in self._texts.items()},
            {name: column[chosen].view("datetime64[s]") for name, column in stamps.items()},
        )
        return Imported(
            log=log,
            findings=findings,
            rows_read=tally.read,
            opened_range=_range(log.stamps["Opened"]),
            rows_kept=tally.kept,
            rows_superseded=tally.superseded,
            rows_refused=tally.refused,
            rows_blank=tally.blank,
            format=reading.layout.form.name,
        )

    def _check_clock_changes(self, stamps: dict[str, NDArray[np.int64]]) -> NDArray[np.bool_]:
        """Note stamps that the clock shows twice or never; the mask of rows that stay."""
        reading = self._reading
        keep = np.ones(len(self._lines), dtype=np.bool_)
        zone = Zone.load(reading.spec.zone)
        strict = reading.spec.policy.strict_dst
        for name, column in stamps.items():
            flags = zone.flag(column)
            for at in np.flatnonzero(flags):
                stamp = str(np.datetime64(int(column[at]), "s")).replace("T", " ")
                gap = flags[at] == _GAP
                odd = "does not exist" if gap else "occurs twice"
                what = f"{name} {stamp} {odd} in {reading.spec.zone} because the clocks change"
                if not strict:
                    used = "the offset before the change" if gap else "the earlier of the two"
                    what += f"; {used} is taken"
                elif keep[at]:
                    what, keep[at] = f"row not used: {what}", False
                    reading.tally.refused += 1
                reading.notes.at(
                    self._lines[at],
                    "import-clock-change",
                    what,
                    "Correct the time if another was meant",
                    level=Level.WARNING if strict else Level.NOTE,
                )
        return keep

    def _check_order(self, stamps: dict[str, NDArray[np.int64]], keep: NDArray[np.bool_]) -> None:
        opened = stamps["Opened"]
        for name, column in stamps.items():
            early = (column < opened) & (column != _NEVER) & keep
            for at in np.flatnonzero(early):
                self._reading.notes.at(
                    self._lines[at],
                    "import-order",
                    f"{name.lower()} lies before opened; the incident is kept as it is",
                    "Correct one of the two times",
                )

    def _sum_up(self) -> None:
        reading, tally = self._reading, self._reading.tally
        if reading.file.encoding == "cp1252":
            reading.notes.about_file(
                "import-encoding",
                "the file is not UTF-8 and was read as Windows-1252",
                "Check names with accents; export as UTF-8 if they look wrong",
            )
        if reading.stamps.bare_dates:
            reading.notes.about_file(
                "import-date-only",
                f"{reading.stamps.bare_dates:,} stamps are dates without a time; 00:00 is taken",
                "Add the times if they matter",
            )
        reading.notes.about_file(
            "import-counts",
            f"{tally.read:,} rows read: {tally.kept:,} incidents, {tally.superseded:,} earlier "
            f"states of them, {tally.refused:,} not used, {tally.blank:,} blank",
            "Nothing to do" if not tally.refused else "See the rows listed as not used",
        )

    def _nothing_usable(self) -> Finding:
        return Finding(
            Level.ERROR,
            "import-nothing",
            f"none of the {self._reading.tally.read:,} rows can be used",
            self._reading.file.name,
            "Mend the rows listed, or check that this is the right file",
        )


def _refuse_other_date_order(reading: Reading) -> None:
    """Stop before 2/3 is taken for the wrong day in a file that shows its order elsewhere."""
    if (found := reading.stamps.misread_order()) is None:
        return
    order, example = found
    raise XlmatrixError(
        f"the dates of this file are {order} (such as '{example[:40]}'), and were to be read "
        "otherwise",
        where=reading.file.name,
        mend=f"Set date_order: {order} under import.{reading.layout.form.name} in the spec",
    )


def _range(opened: NDArray[np.datetime64]) -> tuple[datetime, datetime] | None:
    if not len(opened):
        return None
    return opened.min().item(), opened.max().item()
