"""A table, declared once: its columns, and what tells its rows apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlmatrix.tables.column import Column
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.kinds import Kind, Raw


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of an Excel table, in the order in which people read them.

    Attributes
    ----------
    name
        As the workbook has it; one table a severity (``numbered``) has a number behind it.
    key
        The columns that together name a row while rows move; without any, the first column.
    by_place
        Whether rows are known by their place alone: what they speak of may stand there twice.
    repeated
        Patterns of columns of which there are as many as the spec has shifts, roles, drills or
        gates. The pattern ``Open *`` stands for ``Open 1``, ``Open 2``; ``*`` for any header that
        no other column has.
    flagged
        Of how many columns of each pattern the formula of the flag has room to tell.
    after
        The column behind which the repeated ones stand; behind all others where there is none.
    numbered
        Whether there is one such table a severity, with the severity's number behind the name.
    grows
        Whether people add rows.
    offered
        Whether its rows follow the spec, so that one that nobody touched goes when the spec drops
        it (public holidays).
    in_spec
        Whether the spec has a place for all that people type in it, so that nothing else keeps it.
    placed
        Whether the sheets also ask where in a row each value stands, which the spec does not say.
    judges_errors
        Whether it has a word of its own for a row that holds an error value; the formulas of other
        tables read one as text.
    flag
        The id of the column that says what means nothing in a row; "" for a table without one.
    flag_in_steps
        Whether a flag that is too long for one cell goes on in hidden columns behind the others:
        where no other table stands above or below those.
    fine
        Words of that column for a row with which all is well; a flag goes before them.
    verdict
        Whether that column judges every row: its words then stay, and the flag stands behind them.
    needs
        The ids of columns without which a row has no effect.
    doubts
        From the ids of the columns that a workbook has to what else may be wrong with a row.
    reckoned
        Computed columns whose cells follow from all rows and the lists of the workbook, with what
        gives them.
    about
        What it is, in a line, for documentation.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    by_place: bool = False
    repeated: tuple[Column, ...] = ()
    flagged: int = 12
    after: str = ""
    numbered: bool = False
    grows: bool = False
    offered: bool = False
    in_spec: bool = False
    placed: bool = False
    judges_errors: bool = False
    flag: str = ""
    flag_in_steps: bool = False
    fine: tuple[str, ...] = ()
    verdict: bool = False
    needs: tuple[str, ...] = ()
    doubts: Callable[[Sequence[str]], tuple[Doubt, ...]] | None = None
    reckoned: Mapping[str, Callable[[Sequence[Row], Lists], list[Raw]]] = field(
        default_factory=dict
    )
    about: str = ""

    def __post_init__(self) -> None:
        headers = [column.header.casefold() for column in self.columns]
        if len(set(headers)) != len(headers) or len({c.id for c in self.columns}) != len(headers):
            raise ValueError(f"{self.name} declares a column twice")

    def __getitem__(self, column_id: str) -> Column:
        """A column by its id, also one of those that are repeated."""
        for column in self.columns:
            if column.id == column_id:
                return column
        for pattern in self.repeated:
            if _fits(pattern.id, column_id):
                return replace(pattern, id=column_id)
        raise KeyError(f"{self.name} has no column {column_id!r}")

    def get(self, column_id: str) -> Column | None:
        """A column by its id; None for one that is not ours."""
        try:
            return self[column_id]
        except KeyError:
            return None

    def id_of(self, header: str) -> str:
        """The id of the column that a workbook of this or an earlier release shows as ``header``.

        A header that is no column's is its own id.
        """
        folded = header.casefold()
        for column in self.columns:
            if folded == column.header.casefold():
                return column.id
        for column in self.columns:
            if folded in (old.casefold() for old in column.was):
                return column.id
        return header

    def ids_of(self, headers: Iterable[str]) -> tuple[str, ...]:
        """The ids of the columns that one table of a workbook shows as ``headers``.

        A header of an earlier release stands for its column only where the table does not show the
        column under its header of today.
        """
        listed = list(headers)
        shown = {header.casefold() for header in listed}
        today = {column.header.casefold() for column in self.columns}
        found = map(self.id_of, listed)
        return tuple(
            header
            if header.casefold() not in today and self.header_of(known).casefold() in shown
            else known
            for header, known in zip(listed, found, strict=True)
        )

    def header_of(self, column_id: str) -> str:
        """What the sheet shows above a column."""
        column = self.get(column_id)
        return column_id if column is None else column.header

    def place_of(self, column_id: str) -> int:
        """A number that rises from left to right; steps on the way have the highest."""
        if column_id in self.ids:
            return 2 * self.ids.index(column_id)
        if self.after and self.get(column_id) is not None:
            return 2 * self.ids.index(self.after) + 1
        return 2 * len(self.ids)

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of the columns that name a row; none where its place does."""
        if self.by_place:
            return ()
        return self.key or (self.columns[0].id,)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its columns, without those that are repeated."""
        return tuple(column.id for column in self.columns)

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns that people type in."""
        return tuple(column for column in self.columns if column.typed)

    def of_kind(self, *kinds: Kind) -> tuple[str, ...]:
        """The ids of the typed columns of these kinds, whatever their validation."""
        names = {kind.id for kind in kinds}
        return tuple(column.id for column in self.typed if column.kind.id in names)

    def instants(self) -> tuple[str, ...]:
        """The ids of the typed columns of stamps."""
        return tuple(column.id for column in self.typed if column.kind.instant)

    def of(self, severity: int) -> str:
        """The name of the table of a severity, by its number from 1."""
        return f"{self.name}{severity}"

    def holds(self, name: str) -> bool:
        """Whether a workbook's table of that name is this one."""
        if not self.numbered:
            return name == self.name
        return bool(re.fullmatch(rf"{self.name}(\d+|@.*)", name))


def _fits(pattern: str, column_id: str) -> bool:
    stem, star, tail = pattern.partition("*")
    if not star:
        return pattern == column_id
    return column_id.startswith(stem) and column_id.endswith(tail) and bool(column_id)


def distinct(tables: Iterable[Table]) -> dict[str, Table]:
    """Tables by name; a name that is declared twice is a fault."""
    found: dict[str, Table] = {}
    for table in tables:
        if table.name in found:
            raise ValueError(f"the table {table.name} is declared twice")
        found[table.name] = table
    return found
