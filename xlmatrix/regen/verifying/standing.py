"""State that stays as it was, looked for in the finished workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlmatrix.regen.carrying.state.stay import Stay
from xlmatrix.regen.reading.frames import Frames
from xlmatrix.regen.verifying.finished import Finished
from xlmatrix.regen.verifying.missing import Missing


def not_standing(standing: Iterable[Stay], finished: Finished) -> Iterator[Missing]:
    """Filters, passwords, links and whatever else should have come along and is not there."""
    there = Frames(finished.contents)
    for stay in standing:
        if not stay.stands(there):
            yield Missing(stay.name, stay.what)
