"""Reads the tickets of files: what they are, what they mean, and what became of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError, listed, plural
from xlmatrix.exchange.files.opening import Opened
from xlmatrix.exchange.files.sheets import known_headers
from xlmatrix.exchange.files.tabled import Tabled
from xlmatrix.exchange.tickets.assembling import Assembler
from xlmatrix.exchange.tickets.changed_clocks import without_odd
from xlmatrix.exchange.tickets.choosing import known_names, layouts_of, refuse_two_tools
from xlmatrix.exchange.tickets.columns import numbered
from xlmatrix.exchange.tickets.frames import frames_of
from xlmatrix.exchange.tickets.gathered import Gathered, joined, once
from xlmatrix.exchange.tickets.labels import settle
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.notes import Notes
from xlmatrix.exchange.tickets.raw import Part, TableReader, Told
from xlmatrix.exchange.tickets.saying import say
from xlmatrix.exchange.tickets.stamps import FIRST_YEAR, LAST_YEAR
from xlmatrix.exchange.tickets.stories import History, by_ticket, history_of
from xlmatrix.exchange.tickets.synthetic import tickets_of_history
from xlmatrix.exchange.tickets.taken import Taken
from xlmatrix.exchange.tools.form import What, ZoneOf
from xlmatrix.exchange.uncollected import no_collection
from xlmatrix.model import ImportMapping, MatrixSpec

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]
#: What became of the rows of a file; those read are the sum of the others.
COUNTS: Final = ("read", "incidents", "superseded", "not_counted", "entries", "refused", "blank")
_STRANGE: Final = ("entry is of a ticket that is", "entries are of tickets that are")
#: How far beyond the matrix's calendars an opening may lie.
_YEARS_BEYOND: Final = 5


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the rows of one table: ``read`` is the sum of the others.

    ``incidents`` are those that count, ``entries`` those of a history that were used. ``naive`` are
    the stamps without a zone that were read in ``zone``, which the form itself fixes where
    ``zone_fixed``; ``taken`` says what each field was read from.
    """

    name: str
    form: str
    zone: str
    read: int = 0
    incidents: int = 0
    superseded: int = 0
    not_counted: int = 0
    entries: int = 0
    refused: int = 0
    blank: int = 0
    naive: int = 0
    zone_fixed: bool = False
    taken: tuple[Taken, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        used = self.incidents + self.superseded + self.not_counted + self.entries
        return self.read == used + self.refused + self.blank


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of one import.

    Attributes
    ----------
    incidents
        One row a ticket, see :class:`~xlmatrix.exchange.tickets.schema.Ticket`.
    pauses, changes, reopened
        The logs beside them, see :mod:`~xlmatrix.exchange.tickets.schema`.
    tool
        The tool of the files, as a key of ``import`` in a spec.
    files
        What became of the rows of each table.
    findings
        Rows that cannot be used and everything that was decided, with ``file:line``.
    meanings
        How every word was understood.
    with_history
        Ids of the tickets whose states a history tells.
    """

    incidents: pd.DataFrame
    pauses: pd.DataFrame
    changes: pd.DataFrame
    reopened: pd.DataFrame
    tool: str
    files: tuple[FileCounts, ...]
    findings: tuple[Finding, ...]
    meanings: Meanings
    with_history: frozenset[str] = frozenset()

    @property
    def totals(self) -> dict[str, int]:
        """The sum of each count over all files, in the order in which they add up."""
        return {name: self.total(name) for name in COUNTS}

    def total(self, name: str) -> int:
        """The sum of one count over all files: ``read``, ``incidents``, ``refused``, ..."""
        return sum(int(getattr(one, name)) for one in self.files)


def read_tickets(
    paths: Sequence[str | Path],
    spec: MatrixSpec | None = None,
    *,
    mapping: Mapping[str, ImportMapping] | None = None,
    form: str | None = None,
    zone: str | None = None,
    progress: Progress | None = None,
) -> Tickets:
    """Read the tickets of one tool from files: lists, and the histories beside them.

    Parameters
    ----------
    paths
        CSV, TSV, JSON, JSON lines, XLSX, Parquet, or a zip of those; told by their content.
    spec
        The matrix: its zone, severities, classes and ``import`` section. Without one, severities
        and classes stay empty, and the tool's own words stand in ``priority`` and ``category``.
    mapping
        Mappings by tool instead of the spec's.
    form
        A tool or a form, see :data:`~xlmatrix.exchange.tools.catalogue.NAMES`; None tells by the
        content.
    zone
        The zone of stamps that name none and are not in UTC; None takes the spec's, else UTC.

    Raises
    ------
    DateOrderError
        Nothing in a file decides whether its dates are day-first or month-first.
    XlmatrixError
        A file cannot be read, is of no known form, or two are of different tools.
    FindingsError
        Not one of the rows can be used.
    """
    if not paths:
        raise XlmatrixError("no file is named", where="import", mend="Name the export")
    with Opened(known_headers(known_names())) as opened:
        tables = [table for path in paths for table in opened.tables(Path(path))]
        return read_tables(tables, spec, mapping=mapping, form=form, zone=zone, progress=progress)


def read_tables(
    tables: Sequence[Tabled],
    spec: MatrixSpec | None = None,
    *,
    mapping: Mapping[str, ImportMapping] | None = None,
    form: str | None = None,
    zone: str | None = None,
    progress: Progress | None = None,
) -> Tickets:
    """The same from tables that are at hand."""
    own_of_spec: dict[str, ImportMapping] = {}
    if spec is not None:
        own_of_spec |= {str(tool): one for tool, one in spec.imports.items()}
    mappings = {**own_of_spec, **(mapping or {})}
    layouts, aside = layouts_of(tables, form, mappings)
    refuse_two_tools(layouts)
    tool = layouts[0].form.tool
    own = mappings.get(tool) or ImportMapping()
    home = zone or (spec.zone if spec else "UTC")
    years = (
        (FIRST_YEAR, min(LAST_YEAR, spec.horizon.end.year + _YEARS_BEYOND) + 1)
        if spec
        else (FIRST_YEAR, LAST_YEAR + 1)
    )
    readers = [TableReader(one, own, home, Notes(one.tabled.name), years) for one in layouts]
    for table in aside:
        what = f"{table.container or table.name} is of no form that is known, and is not read"
        mend = "Nothing to do unless it holds tickets"
        readers[0].notes.about_file("import-aside", what, mend)
    with no_collection():
        return _Import(readers, own, spec, progress or _silent).result()


def _silent(_: str) -> None:
    """Say nothing."""


class _Import:
    """One import while it goes on."""

    def __init__(
        self,
        readers: Sequence[TableReader],
        mapping: ImportMapping,
        spec: MatrixSpec | None,
        progress: Progress,
    ) -> None:
        self._readers, self._spec, self._progress = readers, spec, progress
        listed = [one for one in readers if not one.layout.form.history]
        self._alone = not listed
        self._meanings = Meanings((listed or readers)[0].layout.form, mapping, spec)
        self._superseded: dict[int, int] = {}

    def result(self) -> Tickets:
        """Everything that the files say."""
        found, told, updates = self._read()
        histories = self._histories(found, told, updates)
        assembler = Assembler(found, self._readers, self._meanings, histories)
        assembler.work_out()
        frames = frames_of(assembler, self._spec)
        counted = frames["incidents"]["not_counted"].to_numpy() == ""
        files = tuple(self._counts(number, found, counted) for number in range(len(self._readers)))
        for one in files:
            assert one.adds_up, one
        findings = say(
            assembler,
            self._meanings,
            files,
            alone=self._alone,
            incidents=frames["incidents"],
            histories=histories,
        )
        if not found.lines.size and any(one.read for one in files):
            raise FindingsError((self._nothing_usable(files), *findings), where=files[0].name)
        return Tickets(
            **frames,
            tool=self._readers[0].layout.form.tool,
            files=files,
            findings=findings,
            meanings=self._meanings,
            with_history=frozenset(
                found.texts["id"][row]
                for row, history in histories.items()
                if history.speaks_of_states
            ),
        )

    def _read(self) -> tuple[Gathered, list[Told], list[Told]]:
        parts: list[tuple[int, Part]] = []
        told: list[Told] = []
        rows = 0
        for number, reader in enumerate(self._readers):
            if reader.layout.form.history:
                for entries in reader.entries():
                    told += entries
                continue
            for part, entries in reader.tickets():
                parts.append((number, part))
                told += entries
                rows += len(part.lines)
                self._progress(f"reading {reader.layout.tabled.name}: {plural(rows, 'row')}")
        if self._alone:
            return tickets_of_history(told, self._readers), told, []
        last = once(joined(parts), self._readers)
        self._superseded = last.superseded
        strict = self._spec is not None and self._spec.policy.strict_dst
        return without_odd(last.tickets, self._readers, strict=strict), told, last.updates

    def _histories(
        self, found: Gathered, told: Iterable[Told], updates: Iterable[Told]
    ) -> dict[int, History]:
        told, updates = list(told), list(updates)
        self._learn(found, [*told, *updates])
        if not told and not updates:
            return {}
        keys: dict[str, int] = {}
        by_external_id = any(one.layout.form.by_external_id for one in self._readers)
        for name in ("id", "external_id") if by_external_id else ("external_id", "id"):
            keys |= {text.casefold(): row for row, text in enumerate(found.texts[name]) if text}
        by_row, strange = by_ticket(told, keys)
        own, _ = by_ticket(updates, keys)
        self._say_strange(strange, [one for entries in by_row.values() for one in entries])
        opened = found.stamps["opened"]
        words = found.texts["priority"]
        sev = found.texts["severity"]
        histories = {}
        for row in {*by_row, *own}:
            # A history tells more than the rows of a log of updates, where there are both.
            entries = by_row.get(row) or own[row]
            histories[row] = history_of(
                int(opened[row]), entries, self._meanings, updates=row not in by_row,
                priority=words[row] or sev[row], reporter=found.texts["reporter"][row],
            )  # fmt: skip
        return histories

    def _learn(self, found: Gathered, told: Iterable[Told]) -> None:
        """Words of tickets that help to read histories, and words that only histories have."""
        if silent := settle(found, self._meanings):
            reader = next(one for one in self._readers if "labels" in one.layout.place)
            reader.notes.about_file(
                "import-labels",
                f"labels count only where the mapping names them; not these: "
                f"{listed((one[:40] for one in silent), ', ', 12)}",
                "Put those that say a severity under priority, those that say a state under state",
            )
        texts = found.texts
        _, first = numbered(texts["state"], texts["state_group"])
        self._meanings.learn((texts["state"][row], texts["state_group"][row]) for row in first)
        names = {one.layout.form.title: one.layout.tabled.name for one in self._readers}
        of = {What.STATE: "state", What.REASON: "reason"}
        for one in told:
            if one.what in of and one.value:
                self._meanings.hear(of[one.what], one.value, one.line, names[one.form])

    def _say_strange(self, strange: Sequence[Told], known: Sequence[Told]) -> None:
        if not strange:
            return
        like = [one for one in self._readers if one.layout.form.title == strange[0].form]
        reader = like[0]
        if len(like) == 1 and reader.layout.form.history:
            # Of two files of one form nobody can tell whose line it is.
            lines = {one.line for one in strange if one.form == strange[0].form}
            used = {one.line for one in known if one.form == strange[0].form}
            reader.refused += len(lines - used)
        names = list(dict.fromkeys(one.ticket[:40] for one in strange))
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        reader.notes.about_file(
            "import-history",
            f"{plural(len(strange), *_STRANGE)} not in the list: {shown}",
            "Give the list of those tickets too",
            level=Level.WARNING,
        )

    def _counts(
        self, number: int, found: Gathered, counted: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> FileCounts:
        reader = self._readers[number]
        mine = found.table == number
        read, blank = reader.counted.rows, reader.counted.blank
        superseded = self._superseded.get(number, 0)
        if reader.layout.form.history:
            used = read - blank - reader.refused
            inc = skipped = 0
        else:
            inc, skipped = int((mine & counted).sum()), int((mine & ~counted).sum())
            used = 0
        return FileCounts(
            reader.layout.tabled.name,
            reader.layout.form.title,
            reader.zone_named or " and ".join(sorted(reader.reader.zones)) or reader.zone,
            read,
            inc,
            superseded,
            skipped,
            used,
            reader.refused,
            blank,
            reader.reader.naive,
            reader.layout.form.zone is ZoneOf.UTC,
            reader.taken,
        )

    def _nothing_usable(self, files: Sequence[FileCounts]) -> Finding:
        return Finding(
            Level.ERROR,
            "import-nothing",
            f"of {plural(sum(one.read for one in files), 'row')} none can be used",
            files[0].name,
            "Mend the rows listed, or check that this is the right file",
        )
