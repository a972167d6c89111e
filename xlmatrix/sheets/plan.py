"""A sheet as plain data: what stands where and what it is, with no writer in sight.

Coordinates count from 1. Stamps are naive wall-clock ``datetime`` in the matrix's zone; the writer
turns them into serial numbers. A computed cell is a :class:`Formula`: the expression and the value
that Python computes for the same cell, so that a reader that computes nothing still shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeAlias

from numpy.typing import NDArray

from xlmatrix.formula import Expr
from xlmatrix.formula.expr import quick
from xlmatrix.rules.lint.health_check import HealthCheck
from xlmatrix.tables.catalogue import header_of
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import Kind
from xlmatrix.tables.validation import Paint, Validation

Value: TypeAlias = "str | int | float | bool | date | datetime | time | None"
# One column of a table: a list of values, or a float array of numbers and serials (NaN is empty).
# A column that people type in may hold a Formula, and a computed one a Fixed value, where they did.
Values: TypeAlias = "Sequence[Value | Formula | Fixed] | NDArray[Any]"


@quick
class Formula:
    """A computed cell: its expression and its value.

    With ``down``, many cells share one expression: its references that are not absolute point that
    many rows further down, as if it had been filled down. It is then rendered only once.
    """

    expr: Expr
    value: Value
    down: int | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that a user typed over the formula of a computed column."""

    value: Value


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a cell."""

    author: str
    text: str


@quick
class Cell:
    """One cell outside a table. ``link`` is ``Sheet!A1`` inside the workbook or an address.

    ``kind`` is what people type there; None where they do not.
    """

    value: Value | Formula
    role: str = "text"
    link: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table: ``name``, header at (``row``, ``column``), ``values[i]`` for column i.

    Every column holds the same number of values, blank ready rows included (at least one row).
    ``reach`` is the last row to which validation and conditional formatting go; 0 means the last
    row of the table. ``row_height`` is the least height of a data row in points, 0 for the default.
    ``style`` is the name of a table style, "" for none; None is that of ours.
    """

    name: str
    row: int
    column: int
    columns: tuple[Column, ...]
    values: tuple[Values, ...]
    reach: int = 0
    banded: bool = False
    filtered: bool = True
    row_height: float = 18.0
    style: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """What the sheet shows above each column."""
        return tuple(c.heading or header_of(self.name, c.id) for c in self.columns)

    @property
    def theirs(self) -> bool:
        """Whether a user made it."""
        return self.style is not None

    @property
    def height(self) -> int:
        """Rows of data, without the header."""
        return len(self.values[0])

    @property
    def last_row(self) -> int:
        """The sheet row of the last data row."""
        return self.row + self.height

    def column_of(self, column_id: str) -> int:
        """The sheet column (1 is A) of a column by its id."""
        for offset, column in enumerate(self.columns):
            if column.id == column_id:
                return self.column + offset
        raise KeyError(f"{self.name} has no column {column_id!r}")


@dataclass(frozen=True, slots=True)
class Rule:
    """Validation and conditional formatting of a rectangle outside tables, e.g. ``C5:C9``."""

    area: str
    validation: Validation | None = None
    paints: tuple[Paint, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: ranges with sheet names."""

    title: str
    values: Expr
    categories: Expr | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart at a cell. ``kind`` is bar, column, line or pie; sizes in centimetres."""

    kind: str
    title: str
    anchor: str
    series: tuple[Series, ...]
    width_cm: float = 16.0
    height_cm: float = 8.0
    alt_text: str = ""
    x_title: str = ""
    y_title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """How the sheet prints and opens."""

    landscape: bool = True
    fit_width: int = 1
    fit_height: int = 0
    repeat_rows: str = ""
    repeat_columns: str = ""
    area: str = ""
    freeze: str = ""
    zoom: int = 100
    gridlines: bool = False


class Visibility(StrEnum):
    """Whether a manager sees the sheet; ``VERY_HIDDEN`` is not offered by Unhide."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "veryHidden"


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One worksheet. ``cells`` maps (row, column) to a cell; tables bring their own cells."""

    name: str
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    rules: tuple[Rule, ...] = ()
    charts: tuple[Chart, ...] = ()
    merges: tuple[str, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    page: Page = Page()
    visibility: Visibility = Visibility.VISIBLE
    protected: bool = False
    tab_colour: str = ""
    comments: Mapping[tuple[int, int], Note] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A whole workbook: sheets in order, defined names and document properties.

    ``names`` maps a defined name to the expression it stands for; ``health`` are the checks that
    the Health sheet shows. ``created`` is naive UTC, and the ``author`` is the organisation where
    none is named.
    """

    sheets: tuple[SheetPlan, ...]
    names: Mapping[str, Expr]
    title: str
    organisation: str = ""
    author: str = ""
    subject: str = ""
    created: datetime = datetime(2026, 1, 1)
    active: int = 0
    health: tuple[HealthCheck, ...] = ()
