"""Between an open workbook and the engine: tables by name, the spec as edited, one cached state.

Everything here takes an xlwings ``Book`` and uses only what desktop Excel, xlwings Lite and xlwings
Server have in common: sheets, tables, ranges, names.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from xlmatrix.api.recalculating import LOG, wall_stamp
from xlmatrix.errors import Finding, XlmatrixError
from xlmatrix.regen.tables import TableData, plain
from xlmatrix.rules.frame import Context
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.policy import compile_policy
from xlmatrix.sheets.book import SOON_S
from xlmatrix.sheets.recalculated import AUDIT, PARITY, RECALCULATED, SPEC_SHEET
from xlmatrix.spec import Horizon, MatrixSpec, build_calendar, loads

#: Tables that grow with every incident and say nothing about policy.
LOGS: Final = (LOG, RECALCULATED, AUDIT, PARITY)
#: How long a function trusts what it has read: a column of calls then reads the workbook once.
TRUST_S: Final = 2.0
_SINGLE: Final = ("AsOf", "AsOf_Input", "Soon_Min", "Horizon_Start_S", "Horizon_End_S")
_SINGLE_PREFIXES: Final = ("Ladder_Calendar_", "Executive_Note_", "Customer_Note_")


@dataclass(frozen=True, slots=True)
class State:
    """What functions and actions compute with: the workbook's policy as it stands now."""

    spec: MatrixSpec
    context: Context
    findings: tuple[Finding, ...]
    digest: str

    @property
    def as_of(self) -> datetime:
        """The workbook's *As of*, wall clock."""
        return self.context.as_of


@dataclass(slots=True)
class _Seen:
    state: State
    at: float


@dataclass(slots=True)
class States:
    """The last state of each workbook, so that one recalculation of Excel builds it once."""

    base: str = ""
    """Spec text for workbooks that do not carry their own."""
    _by_book: dict[str, _Seen] = field(default_factory=dict)

    def of(self, book: Any, *, fresh: bool = False) -> State:
        """The state of a workbook; read again when it is older than :data:`TRUST_S`."""
        key = str(getattr(book, "fullname", "") or book.name)
        seen = self._by_book.get(key)
        now = time.monotonic()
        if seen is not None and not fresh and now - seen.at < TRUST_S:
            return seen.state
        tables = read_tables(book, skip=LOGS)
        names = read_names(book)
        return self.take(key, tables, names, spec_text(book, self.base))

    def take(
        self, key: str, tables: Mapping[str, TableData], names: Mapping[str, Any], text: str
    ) -> State:
        """The state of tables already read; built anew only where their values changed."""
        policy = {name: table for name, table in tables.items() if name not in LOGS}
        digest = digest_of(policy, names, text)
        seen = self._by_book.get(key)
        state = seen.state if seen and seen.state.digest == digest else None
        if state is None:
            state = build_state(policy, names, text, digest)
        self._by_book[key] = _Seen(state, time.monotonic())
        return state

    def last(self) -> State:
        """The state read last: where functions are given no workbook (Lite, Server)."""
        if self._by_book:
            return max(self._by_book.values(), key=lambda seen: seen.at).state
        if self.base:
            return self.take("", {}, {}, self.base)
        raise XlmatrixError(
            "no workbook has been read yet",
            where="xlmatrix",
            mend="Press Recalculate once, then calculate the cell again",
        )


def spec_from_tables(
    tables: Mapping[str, TableData], names: Mapping[str, Any], base: MatrixSpec
) -> tuple[MatrixSpec, list[Finding]]:
    """The spec as the tables have it now."""
    from xlmatrix import regen

    real = getattr(regen, "spec_from_tables", None)
    return (base, []) if real is None else real(tables, names, base)


#: The states of this process.
STATES: Final = States()


def read_tables(book: Any, *, skip: Iterable[str] = ()) -> dict[str, TableData]:
    """Every table of the workbook by name, each in one read; hidden rows are read too."""
    left_out = set(skip)
    tables: dict[str, TableData] = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name not in left_out and table.range is not None:
                tables[table.name] = _table(sheet, table)
    return tables


def _table(sheet: Any, table: Any) -> TableData:
    area = table.range
    grid = area.options(ndim=2, err_to_str=True).value
    return TableData(
        name=table.name,
        headers=tuple(str(cell or "") for cell in grid[0]),
        # Cells of the log are read as they come: two million cells need no second look.
        rows=tuple(
            tuple(row) if table.name in LOGS else tuple(plain(cell) for cell in row)
            for row in grid[1:]
        ),
        sheet=sheet.name,
        row=area.row,
        column=area.column,
    )


def read_names(book: Any) -> dict[str, Any]:
    """The values of the defined names that stand for one input cell."""
    values: dict[str, Any] = {}
    for name in book.names:
        known = str(name.name).rpartition("!")[2]
        if known in _SINGLE or known.startswith(_SINGLE_PREFIXES):
            values[known] = name.refers_to_range.options(err_to_str=True).value
    return values


def spec_text(book: Any, default: str = "") -> str:
    """The spec that the workbook was built from: its hidden sheet, else its file's stamp."""
    for sheet in book.sheets:
        if sheet.name == SPEC_SHEET:
            lines = sheet.used_range.options(ndim=2).value
            return "\n".join("" if row[0] is None else str(row[0]) for row in lines) + "\n"
    from xlmatrix.addin.files import stamp_of

    return stamp_of(getattr(book, "fullname", "")) or default


def digest_of(tables: Mapping[str, TableData], names: Mapping[str, Any], text: str) -> str:
    """One text that changes whenever an edited table, an input cell or the spec does."""
    # The As of cell moves by itself, and moves no calendar; a minute's grain is its own state.
    parts = [repr((name, t.headers, t.rows)) for name, t in sorted(tables.items())]
    parts += [repr(sorted((key, str(value)) for key, value in names.items())), text]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build_state(
    tables: Mapping[str, TableData], names: Mapping[str, Any], text: str, digest: str
) -> State:
    """The engine's view of a workbook.

    Raises
    ------
    XlmatrixError
        Where the workbook is none of ours, or a table was edited into nonsense.
    """
    if not text:
        raise XlmatrixError(
            "this workbook does not say which spec it was built from",
            where="workbook",
            mend="Open a workbook that xlmatrix has built, and save it once",
        )
    base = loads(text, source="the workbook's spec").spec
    spec, findings = spec_from_tables(tables, names, base) if tables else (base, ())
    spec = _with_horizon(spec, names)
    context = Context(
        spec=spec,
        policy=compile_policy(spec),
        calendars=[build_calendar(spec, calendar.id) for calendar in spec.calendars],
        as_of=as_of_of(names, spec.zone),
        soon_s=_soon(names),
    )
    return State(spec, context, tuple(findings), digest)


def as_of_of(names: Mapping[str, Any], zone: str) -> datetime:
    """What the workbook speaks of: its *As of* cell, else the time now in its zone."""
    for name in ("AsOf", "AsOf_Input"):
        stamp = wall_stamp(names.get(name))
        if stamp is not None:
            return cast(datetime, stamp.item())
    return datetime.now(ZoneInfo(zone)).replace(microsecond=0, tzinfo=None)


def _soon(names: Mapping[str, Any]) -> int:
    minutes = names.get("Soon_Min")
    if isinstance(minutes, int | float) and not isinstance(minutes, bool) and minutes >= 0:
        return round(minutes * 60)
    return SOON_S


def _with_horizon(spec: MatrixSpec, names: Mapping[str, Any]) -> MatrixSpec:
    """The dates that the workbook's own calendars cover: a build stretches them for its log."""
    from xlmatrix.worktime import Zone

    edges = [names.get("Horizon_Start_S"), names.get("Horizon_End_S")]
    if not all(isinstance(edge, int | float) for edge in edges):
        return spec
    zone = Zone.load(spec.zone)
    low, high = (zone.to_local(int(edge) - EPOCH_S) for edge in edges if edge is not None)
    epoch = datetime(1970, 1, 1)
    start = (epoch + timedelta(seconds=low)).date()
    end = (epoch + timedelta(seconds=high) - timedelta(days=1)).date()
    if (start, end) == (spec.horizon.start, spec.horizon.end) or end < start:
        return spec
    return spec.model_copy(update={"horizon": Horizon(start=start, end=end)})
