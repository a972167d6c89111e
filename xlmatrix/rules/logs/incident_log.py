"""The incident log as columns: what people typed or an export brought, before any rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.tables.incidents import INCIDENTS

Stamps: TypeAlias = "NDArray[np.datetime64]"

#: The column of tIncidents that tells incidents apart.
ID: Final = INCIDENTS.keys[0]
#: The input columns of the log by what a frame makes of them: stamps, and all others as text.
STAMP_INPUTS: Final = INCIDENTS.instants()
TEXT_INPUTS: Final = tuple(column.id for column in INCIDENTS.typed if not column.kind.instant)
#: Those that a log has from whatever release; workbooks from before a rare one lack it.
NEEDED_INPUTS: Final = tuple(column.id for column in INCIDENTS.typed if not column.rare)

#: Keys of the sorted logs have room for no more rows; a workbook of so many opens nowhere.
MOST_INCIDENTS: Final = 99_999


def too_many(
    rows: int, what: str = "incidents", most: int = MOST_INCIDENTS, *, where: str
) -> XlmatrixError:
    """What to say of a log with more rows than the keys that sort it have room for."""
    return XlmatrixError(
        f"{rows:,} {what}, and a workbook takes {most:,} with the ready rows below",
        where=where,
        mend="Give each year or team a workbook of its own",
    )


@dataclass(frozen=True, slots=True)
class IncidentLog:
    """Incidents as columns of equal length.

    ``texts`` maps each header of :data:`TEXT_INPUTS` to text ("" is empty); ``Class`` holds the
    *name* of an incident class and ``Severity set`` a severity id, empty for the class default.
    ``stamps`` maps each header of :data:`STAMP_INPUTS` to ``datetime64[s]`` wall-clock times in the
    matrix's zone (NaT is empty). ``odd`` maps (header, row) to what was typed where a stamp
    belongs and is none; it is kept as typed and flagged, never repaired.
    """

    texts: Mapping[str, Sequence[str]]
    stamps: Mapping[str, Stamps]
    odd: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts[ID])

    @classmethod
    def of(
        cls, texts: Mapping[str, Sequence[str]], stamps: Mapping[str, Sequence[object] | Stamps]
    ) -> IncidentLog:
        """A log from the columns at hand; columns left out are empty."""
        height = len(next(iter(texts.values()))) if texts else 0
        no_text = [""] * height
        no_stamp = np.full(height, "NaT", dtype="datetime64[s]")
        return cls(
            texts={header: list(texts.get(header, no_text)) for header in TEXT_INPUTS},
            stamps={
                header: np.asarray(stamps.get(header, no_stamp), dtype="datetime64[s]")
                for header in STAMP_INPUTS
            },
        )

    @classmethod
    def empty(cls) -> IncidentLog:
        """No incidents."""
        return cls.of({ID: []}, {})

    def with_spare(self, rows: int) -> IncidentLog:
        """The same log with blank ready rows below."""
        nothing = np.full(rows, "NaT", dtype="datetime64[s]")
        return IncidentLog(
            texts={header: [*column, *([""] * rows)] for header, column in self.texts.items()},
            stamps={h: np.concatenate([column, nothing]) for h, column in self.stamps.items()},
            odd=self.odd,
        )
