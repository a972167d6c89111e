"""Tickets and histories as they stand in files: texts and instants, before any meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Level
from xlmatrix.exchange.files.tabled import Counted, Record, Rows, normal
from xlmatrix.exchange.tickets.cells import (
    cleaned,
    count_of,
    seconds_of,
    stamp_cell,
    stamp_cells,
    text_of,
    texts_of,
    ungrouped,
)
from xlmatrix.exchange.tickets.columns import absent, of_texts
from xlmatrix.exchange.tickets.dates import order_of
from xlmatrix.exchange.tickets.header_zones import strange_offset
from xlmatrix.exchange.tickets.instants import (
    InstantReader,
    Instants,
    Int8s,
    Int64s,
    Passing,
    Texts,
    in_passing_order,
)
from xlmatrix.exchange.tickets.layout import AFTER, Layout, cells_at
from xlmatrix.exchange.tickets.notes import Notes
from xlmatrix.exchange.tickets.stamps import DateOrder, StampError, zone_for
from xlmatrix.exchange.tickets.taken import Taken, taken_from
from xlmatrix.exchange.tools.form import STAMPS, TEXTS, Event, What, ZoneOf
from xlmatrix.formula import unguarded
from xlmatrix.model import ImportMapping
from xlmatrix.worktime import NEVER, Zone

Bools = NDArray[np.bool_]
_UTC: Final = "UTC"


class Told(NamedTuple):
    """An entry of a history: of which ticket, when (UTC seconds), what; where it stands."""

    ticket: str
    at: int
    what: What
    value: str
    before: str
    group: str
    line: int
    form: str


@dataclass(slots=True)
class Part:
    """Some tickets of one file: columns of equal length.

    ``origin`` says of each stamp whether it was a field (1) or a time after the opening (2).
    """

    layout: Layout
    lines: Int64s
    texts: dict[str, Texts]
    stamps: dict[str, Int64s]
    odd: dict[str, Int8s]
    origin: dict[str, Int8s]
    paused_s: NDArray[np.float64]
    updates: NDArray[np.float64]


@dataclass(slots=True)
class TableReader:
    """Reads the tickets, or the entries of a history, of one table."""

    layout: Layout
    mapping: ImportMapping
    zone: str
    notes: Notes
    years: tuple[int, int]
    counted: Counted = field(default_factory=Counted)
    refused: int = 0
    bare: int = 0
    taken: tuple[Taken, ...] = ()
    _reader: InstantReader | None = None
    _zones: dict[str, Zone] = field(default_factory=dict)

    # -- stamps

    @property
    def reader(self) -> InstantReader:
        """What reads the stamps of this table."""
        if self._reader is None:
            self._reader = InstantReader(self._zone_of, self._order, self.mapping.date_order)
        return self._reader

    @property
    def zone_named(self) -> str:
        """The zone of stamps that name none; "" where it depends on the form of the stamp."""
        form = self.layout.form
        if self.mapping.zone:
            return self.mapping.zone
        if form.zone is ZoneOf.UTC:
            return _UTC
        if form.zone is ZoneOf.STORED and not self.layout.tabled.flat:
            return ""
        return self.zone

    def _zone_of(self, cell: Any) -> Zone:
        named = self.zone_named
        if not named:
            stored = isinstance(cell, str) and cell[:4].isdigit() and cell[4:5] == "-"
            named = _UTC if stored else self.zone
        return self._zone(named)

    def _zone(self, name: str) -> Zone:
        if name not in self._zones:
            self._zones[name] = zone_for(name)
        return self._zones[name]

    def _order(self) -> DateOrder:
        tabled = self.layout.tabled
        return order_of(
            self._stamp_cells(), self.mapping.date_order, where=tabled.name,
            tool=self.layout.form.tool,
        )  # fmt: skip

    def _stamp_cells(self) -> Iterator[Sequence[Any]]:
        layout = self.layout
        for rows in layout.tabled.read(Counted()):
            if layout.form.history:
                yield [stamp_cell(event.at) for _, event in self._events(rows)]
                continue
            cells: list[Any] = []
            for name in STAMPS:
                if (column := layout.column(rows, name)) is not None:
                    cells += column
            yield cells

    # -- tickets

    def tickets(self) -> Iterator[tuple[Part, list[Told]]]:
        """The tickets, some at once, each with the entries that its own record holds."""
        if self.layout.form.bracketed and not self.mapping.zone:
            self._check_headers()
        for rows in self.layout.tabled.read(self.counted):
            yield self._part(rows)
        self._say_refused()

    def _check_headers(self) -> None:
        if offset := strange_offset(self.layout.tabled.header, self._zone(self.zone)):
            self.notes.about_file(
                "import-zone",
                f"the header names the offset {offset}, which {self.zone} never has: its stamps are"
                " on another clock",
                f"Set zone under import.{self.layout.form.tool} to that of who exported it",
                level=Level.WARNING,
            )

    def _part(self, rows: Rows) -> tuple[Part, list[Told]]:
        layout = self.layout
        self.taken = self.taken or taken_from(layout, rows)
        ids = texts_of(layout.column(rows, "id") or [""] * len(rows))
        ids = ids if "".join(ids).isascii() else list(map(ungrouped, ids))
        opened = self.reader.read(self._cells(rows, "opened"))
        self.bare += opened.bare
        keep = self._usable(rows, ids, opened)
        chosen = np.flatnonzero(keep)
        lines = np.array(rows.lines, dtype=np.int64)[chosen]
        texts = {name: self._text(rows, name, ids, chosen, lines) for name in TEXTS}
        part = Part(
            layout,
            lines,
            texts,
            {"opened": opened.utc[chosen]},
            {"opened": opened.odd[chosen]},
            {"opened": absent(len(chosen), np.int8(1))},
            self._number(rows, "paused_s", chosen),
            self._number(rows, "updates", chosen),
        )
        for name in STAMPS[1:]:
            self._stamp(part, rows, name, chosen)
        if "second_hour" in layout.place:
            self._second_hour(part)
        told = self._told(rows, chosen, texts["id"].tolist()) if layout.form.events else []
        if (cut := layout.form.cut) is not None and rows.records:
            for row, line in zip(chosen.tolist(), lines.tolist(), strict=True):
                if cut(rows.records[row]):
                    what = "only a part of its history is in the file"
                    mend = "Export the whole history of these tickets"
                    self.notes.repeated(line, "import-pages", what, mend, level=Level.WARNING)
        return part, told

    def _cells(self, rows: Rows, name: str) -> Sequence[Any]:
        column = self.layout.column(rows, name)
        if column is None:
            return [None] * len(rows)
        return stamp_cells(column, self.layout.tabled.later_days)

    def _usable(self, rows: Rows, ids: list[str], opened: Instants) -> Bools:
        aside = self.layout.form.aside
        blank = ~np.fromiter(map(bool, cleaned(ids)[0]), np.bool_, len(ids))
        unknown = opened.utc == NEVER
        early, late = (
            int(np.datetime64(f"{year}-01-01", "s").astype(np.int64)) for year in self.years
        )
        far = ~unknown & ((opened.utc < early) | (opened.utc >= late))
        keep: Bools = ~(blank | unknown | far)
        for row in np.flatnonzero(~keep).tolist():
            self._refuse(rows.lines[row], *self._why(row, ids, opened, blank, unknown))
        if aside is not None and rows.records:
            for row in np.flatnonzero(keep).tolist():
                if why := aside(rows.records[row]):
                    keep[row] = False
                    self._refuse(rows.lines[row], "import-aside", f"row not used: it is {why}",
                                 "Nothing to do")  # fmt: skip
        return keep

    def _why(
        self, row: int, ids: list[str], opened: Instants, blank: Bools, unknown: Bools
    ) -> tuple[str, str, str]:
        if blank[row]:
            return "import-id", "row not used: it has no id", "Give it an id"
        if row in opened.faults:
            fault = opened.faults[row]
            return "import-date", f"row not used: opened {fault.what}", fault.mend
        if unknown[row]:
            what = "row not used: it does not say when it opened"
            return "import-date", what, "Fill in when the incident opened"
        year = str(np.datetime64(int(opened.utc[row]), "s"))[:4]
        what = (
            f"row not used: '{ids[row][:60]}' was opened in the year {year}, far from the years "
            f"{self.years[0]} to {self.years[1] - 1}"
        )
        return "import-date", what, "Correct the year"

    def _refuse(self, line: int, code: str, what: str, mend: str) -> None:
        self.refused += 1
        self.notes.at(line, code, what, mend)

    def _text(
        self, rows: Rows, name: str, ids: list[str], chosen: NDArray[np.intp], lines: Int64s
    ) -> Texts:
        cells = ids if name == "id" else self.layout.column(rows, name)
        if cells is None:
            return absent(len(lines), "")
        if len(lines) != len(cells):
            cells = [cells[row] for row in chosen]
        cells = list(map(unguarded, texts_of(cells))) if self.layout.form.ours else cells
        texts, odd, long = cleaned(cells, one_line=name == "title")
        if odd:
            what = f"control characters of {name} are left out"
            mend = "Nothing to do; the rest of the text is kept"
            self.notes.repeated(int(lines[odd[0]]), "import-characters", what, mend, rows=len(odd))
        for row in long:
            what = f"{name} is too long for a cell; its first part is kept"
            self.notes.at(int(lines[row]), "import-long-text", what, "Shorten it")
        return of_texts(texts)

    def _number(self, rows: Rows, name: str, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        column = self.layout.column(rows, name)
        if column is None:
            return absent(len(chosen), np.float64(np.nan))
        per_second = self.layout.form.after.get(name, ("", 1.0))[1]
        if name == "updates":
            return np.array([count_of(column[row]) for row in chosen], dtype=np.float64)
        found = [seconds_of(column[row], per_second) for row in chosen]
        return np.array([np.nan if one is None else one for one in found], dtype=np.float64)

    def _stamp(self, part: Part, rows: Rows, name: str, chosen: NDArray[np.intp]) -> None:
        form, place = self.layout.form, self.layout.place.get(AFTER + name)
        utc: Int64s = absent(len(chosen), np.int64(NEVER))
        odd = origin = absent(len(chosen), np.int8(0))
        if name in self.layout.place:
            zone = self._zone(_UTC) if name in form.utc else None
            found = self.reader.read(self._cells(rows, name), zone)
            self.bare += found.bare
            utc, odd = found.utc[chosen], found.odd[chosen]
            origin = (utc != NEVER).astype(np.int8)
            if found.faults:
                self._say_faults(name, rows, found, set(chosen.tolist()))
        if place is not None:
            cells = cells_at(rows, place)
            per_second = form.after[name][1]
            utc, origin = utc.copy(), origin.copy()
            for at, row in enumerate(chosen):
                if utc[at] == NEVER and (length := seconds_of(cells[row], per_second)) is not None:
                    utc[at] = part.stamps["opened"][at] + round(length)
                    origin[at] = 2
        part.stamps[name], part.odd[name], part.origin[name] = utc, odd, origin

    def _second_hour(self, part: Part) -> None:
        """Stamps that the row names as of the second passing of an hour are the later instant."""
        zone = self._zone(self.zone_named or self.zone)
        for row, text in enumerate(part.texts["second_hour"]):
            named = {normal(one) for one in text.split(",")} if text else set()
            for name, utc in part.stamps.items():
                if normal(name) in named and part.odd[name][row]:
                    wall = zone.to_local(int(utc[row]))
                    utc[row] = zone.to_utc(wall, fold=True)
                    part.odd[name][row] = 0

    def _say_faults(self, name: str, rows: Rows, found: Instants, chosen: set[int]) -> None:
        for row, fault in found.faults.items():
            if row in chosen:
                what = f"{name.replace('_', ' ')} is left empty: {fault.what}"
                self.notes.at(rows.lines[row], "import-date", what, fault.mend)

    # -- histories

    def entries(self) -> Iterator[list[Told]]:
        """The entries of a history that is a table of its own."""
        for rows in self.layout.tabled.read(self.counted):
            yield self._told(rows, None, [])
        self._say_refused()

    def _events(self, rows: Rows) -> Iterator[tuple[int, Event]]:
        events = self.layout.form.events
        assert events is not None
        for row, record in enumerate(rows.records or self._records(rows)):
            for event in events(record):
                yield row, event

    def _records(self, rows: Rows) -> Iterator[Record]:
        """The rows of a table as records, of the columns that its form heeds."""
        header, heeds = self.layout.tabled.header, self.layout.form.heeds
        if not heeds:
            names = [text.strip() for text in header]
            for cells in zip(*rows.columns, strict=True):
                yield dict(zip(names, cells, strict=True))
            return
        called = [normal(text) for text in header]
        places = {}
        for one in heeds:
            names = [normal(name) for name in one.split("|")]
            found = [at for at, name in enumerate(called) if name in names]
            if found:
                places[one.partition("|")[0]] = [rows.columns[at] for at in found]
        for row in range(len(rows) if places else 0):
            yield {name: [column[row] for column in found] for name, found in places.items()}

    def _told(self, rows: Rows, chosen: NDArray[np.intp] | None, ids: list[str]) -> list[Told]:
        place = None if chosen is None else {int(row): at for at, row in enumerate(chosen)}
        found = [(r, e) for r, e in self._events(rows) if place is None or r in place]
        stamps = self.reader.read([stamp_cell(event.at) for _, event in found])
        if stamps.odd.any():
            for number in np.flatnonzero(stamps.odd == 1).tolist():
                self.notes.repeated(
                    rows.lines[found[number][0]],
                    "import-clock-change",
                    "an entry of the history is at a time that the clock of its zone shows twice;"
                    " the earlier is taken, unless entries before it are later",
                    "Export the history with offsets",
                )
            entries = [
                Passing(event.ticket or str(row), text_of(event.before), text_of(event.value))
                for row, event in found
            ]
            in_passing_order(entries, stamps)
        told: list[Told] = []
        bad: set[int] = set()
        for number, (row, event) in enumerate(found):
            line = rows.lines[row]
            if stamps.utc[number] == NEVER:
                if row not in bad:
                    bad.add(row)
                    self._say_no_time(line, stamps.faults.get(number), whole=chosen is None)
                continue
            ticket = event.ticket or (ids[place[row]] if place is not None else "")
            told.append(
                Told(ticket, int(stamps.utc[number]), event.what, text_of(event.value),
                     text_of(event.before), event.group, line, self.layout.form.title)
            )  # fmt: skip
        return told

    def _say_no_time(self, line: int, fault: StampError | None, *, whole: bool) -> None:
        what = fault.what if fault else "it does not say when"
        mend = fault.mend if fault else "Export the time of each entry"
        if whole:
            self._refuse(line, "import-history", f"entry of the history not used: {what}", mend)
        else:
            self.notes.at(line, "import-history", f"an entry of the history is left out: {what}",
                          mend)  # fmt: skip

    def _say_refused(self) -> None:
        for row in self.counted.refused:
            self._refuse(row.line, "import-width", row.what, row.mend)
