"""Between an open workbook and the engine: tables by name, the spec as edited, one cached state.

Everything here takes an xlwings ``Book`` and uses only what desktop Excel, xlwings Lite and xlwings
Server have in common: sheets, tables, ranges, names.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from xlmatrix.addin.cells import number
from xlmatrix.api.understanding import (
    LOG,
    RESULTS,
    STAMP_SHEET,
    lost_stamp,
    stamp_from_cells,
    understand,
)
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.model import MatrixSpec
from xlmatrix.regen import TableData
from xlmatrix.rules.frame import Context
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.stamp import Stamp
from xlmatrix.tables.catalogue import ids_of
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.zones import now_in

#: Tables that grow with every incident and say nothing about policy.
LOGS: Final = (LOG, *RESULTS)
#: How long a function trusts what it has read: a column of calls then reads the workbook once.
TRUST_S: Final = 2.0
#: And how long after the last call: nobody types between two calls of one calculation.
PAUSE_S: Final = 0.25
#: How long a state is kept that nobody asks for, and how many are: a server forgets what is over.
KEPT_S: Final = 12 * 3600.0
KEPT: Final = 64
AS_OF: Final = "AsOf"
AS_OF_INPUT: Final = "AsOf_Input"
#: The cell that every cell of the policy feeds.
VERSION: Final = "Policy_Version"


@dataclass(frozen=True, slots=True)
class State:
    """What functions and actions compute with: the workbook's policy as it stands now."""

    spec: MatrixSpec
    context: Context
    typed: Mapping[tuple[str, str, str], Any]
    findings: tuple[Finding, ...]
    digest: str
    live: bool = False
    """Whether the workbook speaks of the present: its *As of* is blank."""

    def dated(self) -> State:
        """The same at the moment of the call, where the workbook speaks of the present."""
        if not self.live:
            return self
        return replace(self, context=replace(self.context, as_of=now_in(self.spec.zone)))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One reading of a workbook: its key, tables, named input cells and stamp."""

    key: str
    tables: Mapping[str, TableData]
    names: Mapping[str, Any]
    stamp: Stamp


#: Names of cells that only show what follows from others.
_SHOWN: Final = (AS_OF, VERSION)
#: Who asks, where several people ask one process (Server); "" where there is one (desktop, Lite).
_OWNER: ContextVar[str] = ContextVar("owner", default="")


@contextmanager
def owned(owner: str) -> Iterator[None]:
    """Keep what is read in here for one person, whom nobody else's functions answer from."""
    mark = _OWNER.set(owner)
    try:
        yield
    finally:
        _OWNER.reset(mark)


@dataclass(slots=True)
class _Seen:
    state: State
    at: float
    matrix: str
    """What tells matrices apart that are saved under one name."""
    asked: float = 0.0
    mixed: bool = False
    """Two matrices were read under this name, and nobody has said which one is meant."""
    version: float | None = None
    """What the workbook called its policy when it was read; None where it did not say."""


@dataclass(slots=True)
class States:
    """The last state of each workbook, so that one recalculation of Excel builds it once.

    Where several people ask one process, states are kept by person and workbook; see :func:`owned`.
    """

    base: Stamp | None = None
    """What functions compute with before any workbook was read (Lite)."""
    base_version: float | None = None
    """What that workbook called its policy."""
    _by_book: dict[tuple[str, str], _Seen] = field(default_factory=dict)

    def of(self, book: Any, version: Any = None) -> State:
        """The state of a workbook; read again when it may have been edited since.

        ``version`` is what the caller was told of the policy; else the workbook is asked.
        """
        seen = self._by_book.get((_OWNER.get(), key_of(book)))
        if seen is not None and self._holds(seen, book, version):
            seen.asked = time.monotonic()
            return seen.state.dated()
        return self.take(read(book, skip=LOGS)).dated()

    def _holds(self, seen: _Seen, book: Any, version: Any) -> bool:
        now = time.monotonic()
        if now - seen.at >= TRUST_S or now - seen.asked >= PAUSE_S:
            return False
        given = as_version(version)
        return seen.version == (version_of(book) if given is None else given)

    def take(self, snapshot: Snapshot, *, chosen: bool = False) -> State:
        """The state of a reading; built anew only where values changed that it depends on.

        ``chosen`` says that a person pointed at this workbook, so that functions answer from it
        although another one of its name was read before.
        """
        policy = {name: t for name, t in snapshot.tables.items() if name not in LOGS}
        inputs = {name: value for name, value in snapshot.names.items() if name not in _SHOWN}
        digest = digest_of(policy, inputs)
        key, now = (_OWNER.get(), snapshot.key), time.monotonic()
        seen = self._by_book.pop(key, None)
        state = seen.state if seen and seen.state.digest == digest else None
        if state is None:
            state = build_state(policy, snapshot.names, snapshot.stamp, digest)
        matrix = _matrix_of(snapshot.stamp)
        mixed = seen is not None and (seen.mixed or seen.matrix != matrix) and not chosen
        version = as_version(snapshot.names.get(VERSION))
        self._by_book[key] = _Seen(state, now, matrix, now, mixed, version)
        self._drop_old(now)
        return state

    def of_cell(self, owner: str, book: str, version: Any = None) -> State:
        """The state for a function that was given no workbook but the name of its cell's.

        Before anything was read, that is what the script was built for, if it was (Lite).

        Raises
        ------
        XlmatrixError
            This person has not had that workbook read, or two of its name, or its policy was
            changed since: ``version`` is what the cell was told of it.
        """
        self._drop_old(time.monotonic())
        own = [key for key in self._by_book if key[0] == owner and key[1]]
        keys = [key for key in own if book in ("", key[1])]
        shown = book or "this workbook"
        if not own and self.base is not None:
            return self._of_base(version)
        if len(keys) != 1:
            raise _unread(
                f"{shown} has not been read yet"
                if book or not keys
                else "Excel does not say which workbook this cell is in, and several were read",
            )
        seen = self._by_book.pop(keys[0])
        seen.asked = time.monotonic()
        self._by_book[keys[0]] = seen
        if seen.mixed:
            raise XlmatrixError(
                f"two workbooks named {keys[0][1]} were read",
                where="xlmatrix",
                mend="Rename one of them, or press Read this workbook in the one that is meant",
            )
        _refuse_old(seen.version, version, shown)
        return seen.state.dated()

    def last(self) -> State:
        """The state read last: where there is neither a calling cell nor an open workbook."""
        if not self._by_book:
            raise _unread("no workbook has been read yet")
        return max(self._by_book.values(), key=lambda seen: seen.at).state.dated()

    def _of_base(self, version: Any) -> State:
        assert self.base is not None
        _refuse_old(self.base_version, version, "this workbook")
        base = self.base.base
        tables = {
            name: TableData(name, table.headers, table.rows) for name, table in base.tables.items()
        }
        return self.take(Snapshot("", tables, base.names, self.base)).dated()

    def forget(self) -> None:
        """Read every workbook anew."""
        self._by_book.clear()

    def _drop_old(self, now: float) -> None:
        """Drop what nobody asks for any more; the dictionary is in the order of asking."""
        for key in list(self._by_book):
            if len(self._by_book) <= KEPT and now - self._by_book[key].asked <= KEPT_S:
                break
            del self._by_book[key]


def _unread(what: str) -> XlmatrixError:
    mend = "Press Read this workbook in it, then calculate the cell again"
    return XlmatrixError(what, where="xlmatrix", mend=mend)


def _refuse_old(read_as: float | None, told: Any, shown: str) -> None:
    now = as_version(told)
    if None not in (read_as, now) and read_as != now:
        raise _unread(f"the policy of {shown} was changed since it was read")


def as_version(cell: Any) -> float | None:
    """What a cell says of the policy's version; None for one that says nothing, or an error."""
    while isinstance(cell, list | tuple) and len(cell) == 1:
        cell = cell[0]
    return number(cell)


def version_of(book: Any) -> float | None:
    """What a workbook calls its policy now; None for one without that cell."""
    try:
        return as_version(book.names[VERSION].refers_to_range.options(err_to_str=True).value)
    except Exception:  # noqa: BLE001 - each engine has its own way to say that there is no such name
        return None


#: The states of this process.
STATES: Final = States()


def key_of(book: Any) -> str:
    """What tells open workbooks apart."""
    return str(getattr(book, "fullname", "") or book.name)


def _matrix_of(stamp: Stamp) -> str:
    made = repr((stamp.template, stamp.created, stamp.spec))
    return hashlib.sha256(made.encode()).hexdigest()


def read(book: Any, *, skip: Collection[str] = ()) -> Snapshot:
    """Read a workbook's tables and input cells; each table in one read, hidden rows too.

    Raises
    ------
    XlmatrixError
        Where the workbook is none of ours.
    """
    sheet = next((sheet for sheet in book.sheets if sheet.name == STAMP_SHEET), None)
    if sheet is None:
        raise lost_stamp()
    stamp = stamp_from_cells(sheet.used_range.options(ndim=2).value)
    wanted = {*stamp.base.names, *_SHOWN}
    return Snapshot(key_of(book), read_tables(book, skip), read_names(book, wanted), stamp)


def read_tables(book: Any, skip: Collection[str] = ()) -> dict[str, TableData]:
    """Every table by name but those to skip."""
    tables: dict[str, TableData] = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name not in skip and table.range is not None:
                tables[table.name] = _table(sheet, table)
    return tables


def _table(sheet: Any, table: Any) -> TableData:
    area = table.range
    grid = area.options(ndim=2, err_to_str=True).value
    # A row of totals is no row of the table, though it belongs to its range.
    last = len(grid) - bool(table.show_totals)
    return TableData(
        name=table.name,
        headers=ids_of(table.name, [str(cell or "") for cell in grid[0]]),
        # Cells of the logs are read as they come: a million of them need no second look.
        rows=tuple(
            tuple(row) if table.name in LOGS else tuple(plain(cell) for cell in row)
            for row in grid[1:last]
        ),
        sheet=sheet.name,
        row=area.row,
        column=area.column,
    )


def read_names(book: Any, wanted: Collection[str]) -> dict[str, Any]:
    """The values of the input cells that have a defined name."""
    values: dict[str, Any] = {}
    for name in book.names:
        known = str(name.name).rpartition("!")[2]
        if known in wanted:
            values[known] = plain(name.refers_to_range.options(err_to_str=True).value)
    return values


def digest_of(tables: Mapping[str, TableData], names: Mapping[str, Any]) -> str:
    """One text that changes whenever an edited table or input cell does."""
    parts = [repr((name, t.headers, t.rows)) for name, t in sorted(tables.items())]
    parts.append(repr(sorted((key, str(value)) for key, value in names.items())))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build_state(
    tables: Mapping[str, TableData], names: Mapping[str, Any], stamp: Stamp, digest: str
) -> State:
    """The engine's view of a workbook.

    Raises
    ------
    XlmatrixError
        Where a table was edited into nonsense.
    """
    from xlmatrix.sheets.book import make_scene

    known = understand(tables, names, stamp, flags=False)
    as_of = as_of_of(names, known.spec.zone)
    nothing = IncidentLog.empty()
    scene = make_scene(known.spec, nothing, as_of=as_of, created=as_of, typed=known.typed)
    live = stamp_of(names.get(AS_OF_INPUT)) is None
    return State(known.spec, scene.context, known.typed, known.findings, digest, live)


def as_of_of(names: Mapping[str, Any], zone: str) -> datetime:
    """What the workbook speaks of: its *As of* cell, else the time now in its zone."""
    for name in (AS_OF, AS_OF_INPUT):
        stamp = stamp_of(names.get(name))
        if stamp is not None:
            return stamp
    return now_in(zone)
