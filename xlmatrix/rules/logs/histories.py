"""The logs beside the incidents: pauses, changes of severity, reopenings, as people typed them.

A log has a running number as its key. Its cells hold what was typed; a cell where a stamp belongs
and none stands is odd: it is kept, flagged beside, and takes no part in any clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula.errors import named
from xlmatrix.tables import logs
from xlmatrix.tables.kinds import stamp_s
from xlmatrix.tables.settings import WARN
from xlmatrix.tables.table import Table
from xlmatrix.worktime import CHANGE_POLICIES
from xlmatrix.worktime.serials import EPOCH_S

Floats = NDArray[np.float64]
#: (table, row key, column) to what was typed.
TypedCells = Mapping[tuple[str, str, str], Any]
#: The names of the two cells that every clock follows.
CHANGE_POLICY_NAME: Final = "Change_Policy"
WARN_NAME: Final = WARN.id


@dataclass(frozen=True, slots=True)
class LogKind:
    """The table of a log and its input columns; ``prefix`` begins the names of its rows."""

    declared: Table
    texts: tuple[str, ...]
    stamps: tuple[str, ...]
    prefix: str = ""

    @classmethod
    def of(cls, declared: Table) -> LogKind:
        """The log of a declared table."""
        texts = tuple(column.id for column in declared.typed if not column.kind.instant)
        return cls(declared, texts, declared.instants())

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.declared.name

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input column."""
        return (*self.texts, *self.stamps)


PAUSES: Final = LogKind.of(logs.PAUSES)
CHANGES: Final = LogKind.of(logs.CHANGES)
REOPENED: Final = LogKind.of(logs.REOPENED)


@dataclass(frozen=True, slots=True)
class SideLog:
    """One log as columns of equal length.

    ``raw`` holds cells as typed (None is empty), ``texts`` the same as text, ``stamps`` wall-clock
    Excel seconds (NaN for a cell that is empty or odd).
    """

    kind: LogKind
    raw: Mapping[str, list[Any]]
    texts: Mapping[str, list[str]]
    stamps: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.raw[self.kind.inputs[0]])

    def filled(self, header: str) -> NDArray[np.bool_]:
        """Which cells of a column hold anything."""
        return np.array([value not in (None, "") for value in self.raw[header]], dtype=np.bool_)

    def no_stamp(self, header: str) -> NDArray[np.bool_]:
        """Which cells of a column of stamps hold something else."""
        return np.asarray(self.filled(header) & np.isnan(self.stamps[header]))

    @classmethod
    def read(cls, kind: LogKind, typed: TypedCells, spare: int = 0) -> SideLog:
        """The log among typed cells, with blank ready rows below."""
        numbers = [int(key) for table, key, _ in typed if table == kind.table and key.isdigit()]
        height = max(numbers, default=0) + spare
        raw: dict[str, list[Any]] = {header: [None] * height for header in kind.inputs}
        for (table, key, header), value in typed.items():
            if table == kind.table and key.isdigit() and int(key) > 0 and header in raw:
                raw[header][int(key) - 1] = value
        return cls(
            kind=kind,
            raw=raw,
            texts={
                header: [_text(value, number=header == "Incident") for value in raw[header]]
                for header in kind.texts
            },
            stamps={
                header: np.array([stamp_seconds(v) for v in raw[header]], dtype=np.float64)
                for header in kind.stamps
            },
        )


def typed_rows(kind: LogKind, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], Any]:
    """Rows of a log as typed cells, numbered from 1; what is None stays out."""

    def key(number: int) -> str:
        return f"{kind.prefix}{number:02}" if kind.prefix else str(number)

    return {
        (kind.table, key(number), header): value
        for number, row in enumerate(rows, start=1)
        for header, value in row.items()
        if value is not None
    }


def joined_rows(*logs: TypedCells) -> dict[tuple[str, str, str], Any]:
    """The rows of several sets of typed cells, those of a table below each other.

    Rows whose keys are numbers are numbered anew; others stand as they are.
    """
    joined: dict[tuple[str, str, str], Any] = {}
    for cells in logs:
        below: dict[str, int] = {}
        for table, key, _ in joined:
            if key.isdigit():
                below[table] = max(below.get(table, 0), int(key))
        for (table, key, header), value in cells.items():
            moved = str(int(key) + below.get(table, 0)) if key.isdigit() else key
            joined[table, moved, header] = value
    return joined


def stamp_seconds(value: Any) -> float:
    """A cell where a stamp belongs as wall-clock Excel seconds; NaN for anything else."""
    second = stamp_s(value)
    return np.nan if second is None else float(second + EPOCH_S)


#: From here on programs write numbers with an exponent.
_WHOLE: Final = 10**15


def _text(value: Any, *, number: bool) -> str:
    # A number is found among IDs, as text, and so is a truth value in Excel (in LibreOffice it is
    # a number); elsewhere no look-up for text finds it, nor its twin.
    if number and isinstance(value, int | float):
        return text_of(value)
    return named(value) if isinstance(value, str) else "" if value is None else f"\0{value}"


def text_of(value: float) -> str:
    """A number or truth value as text: whole numbers without a fraction."""
    whole = float(value).is_integer() and abs(value) < _WHOLE and not isinstance(value, bool)
    return str(int(value)) if whole else str(value)


@dataclass(frozen=True, slots=True)
class Histories:
    """The three logs of a workbook."""

    pauses: SideLog = field(default_factory=lambda: SideLog.read(PAUSES, {}))
    changes: SideLog = field(default_factory=lambda: SideLog.read(CHANGES, {}))
    reopened: SideLog = field(default_factory=lambda: SideLog.read(REOPENED, {}))
    change_policy: str = CHANGE_POLICIES[0]
    warn_percent: int = 75

    @classmethod
    def read(
        cls,
        typed: TypedCells,
        spare: tuple[int, int, int] = (0, 0, 0),
        *,
        policy: str = CHANGE_POLICIES[0],
    ) -> Histories:
        """The logs among typed cells, each with blank ready rows, and the two settings.

        ``policy`` is what the spec says of a change of severity.
        """
        kinds = (PAUSES, CHANGES, REOPENED)
        found = [SideLog.read(kind, typed, rows) for kind, rows in zip(kinds, spare, strict=True)]
        chosen = typed.get(("", CHANGE_POLICY_NAME, ""), policy)
        warn = typed.get(("", WARN_NAME, ""), 75)
        known = isinstance(chosen, str) and chosen.casefold() in CHANGE_POLICIES
        number = isinstance(warn, int | float) and not isinstance(warn, bool)
        return cls(
            found[0],
            found[1],
            found[2],
            change_policy=chosen.casefold() if known else CHANGE_POLICIES[0],
            warn_percent=int(warn) if number and 1 <= warn <= 100 else 75,
        )
