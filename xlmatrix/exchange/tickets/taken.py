"""What each field of a table was read from: its header or place, with a value of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from xlmatrix.exchange.files.tabled import Rows
from xlmatrix.exchange.tickets.cells import stamp_cell, text_of
from xlmatrix.exchange.tickets.layout import AFTER, Layout, cells_at
from xlmatrix.exchange.tools.form import STAMPS

#: Rows looked at for a value, and characters of it that are shown.
_LOOKED_AT: Final = 200
_MOST_CHARS: Final = 60


class Taken(NamedTuple):
    """A field, what the file calls it, and the first value that is filled ("" for none)."""

    field: str
    called: str
    sample: str


def taken_from(layout: Layout, rows: Rows) -> tuple[Taken, ...]:
    """The fields of a table in the order of its form, each with a value from some rows."""
    found = []
    for name, place in layout.place.items():
        cells = cells_at(rows, place)[:_LOOKED_AT]
        if name in STAMPS:
            cells = [stamp_cell(cell) for cell in cells]
        sample = next((text for cell in cells if (text := text_of(cell))), "")
        shown = " ".join(sample.split())[:_MOST_CHARS]
        field = name.removeprefix(AFTER)
        called = layout.called.get(name)
        if called is None:
            called = layout.tabled.header[place].strip() if isinstance(place, int) else name
        found.append(Taken(field, called, shown))
    return tuple(found)
