"""A document as plain data: sections of texts, lists and tables, whatever form it is written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from xlmatrix.worktime.database import zone_info


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; with ``tick`` its lines are to be ticked off."""

    lines: tuple[str, ...]
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Every row has as many cells as ``headers``; the first cell names the row.

    ``widths`` are shares of the page's width; empty lets the program decide.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


Block = Text | Bullets | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; ``alone`` begins a page of its own."""

    title: str
    blocks: tuple[Block, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``made`` is the wall-clock time it speaks of, ``zone`` where.

    The ``author`` is the organisation where none is named.
    """

    title: str
    subtitle: str
    organisation: str
    made: datetime
    zone: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    landscape: bool = False
    author: str | None = None

    @property
    def made_utc(self) -> datetime:
        """The same time as file properties have it: naive UTC."""
        aware = self.made.replace(tzinfo=zone_info(self.zone))
        return aware.astimezone(UTC).replace(tzinfo=None)

    @property
    def dated(self) -> str:
        """When it speaks of, in words."""
        return f"{self.made:%Y-%m-%d %H:%M}, {self.zone}"
