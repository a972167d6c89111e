"""The computed columns of the logs beside the incidents: who is meant, when in UTC, what is odd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, col, if_, name, this
from xlmatrix.formula.errors import named
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, horizon, to_utc
from xlmatrix.rules.incidents.exempt import UNCOUNTED
from xlmatrix.rules.instants import is_stamp
from xlmatrix.rules.logs.histories import SideLog, stamp_seconds, text_of
from xlmatrix.rules.logs.line import OPEN, ROWS, SECONDS
from xlmatrix.rules.logs.log_rows import near_expr, near_rows, row_expr, telling, telling_expr
from xlmatrix.rules.second_hour import (
    SECOND_HOUR,
    misnamed_twin,
    named_second,
    unsure,
    unsure_twin,
    utc_typed,
    words_of,
)
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.table import Table

Mask = NDArray[np.bool_]
#: Row codes of reopenings begin here, those of changes at 1.
REOPENINGS: Final = ROWS // 2
LAST_SECOND: Final = SECONDS - 1


def held(values: list[Any] | Floats) -> Callable[[Frame], list[Any] | Floats]:
    """A twin that has its values already, for they follow from more than the row."""
    return lambda frame: values


def number_expr(table: str) -> Expr:
    """The running number of a row."""
    return F.ROW() - F.ROW(name(f"{table[1:]}_Header"))


def incident_columns(side: Side) -> list[Column]:
    """The row of the log that the incident's ID stands in, and steps on the way."""
    near = near_rows(side.frame, side.log.texts["Incident"])
    told = [telling(_as_text(value)) for value in side.log.raw["Incident"]]
    return [
        hidden_step("ID characters", telling_expr(this("Incident")), held(told)),
        hidden_step("near row", near_expr(this("ID characters")), held(near)),
        hidden_step(
            "incident row", row_expr(this("Incident"), this("near row")), held(side.incident)
        ),
    ]


def _as_text(value: Any) -> str:
    """A typed cell as formulas join it to text."""
    if value is None or isinstance(value, str):
        return named(value or "")
    if isinstance(value, date):
        value = stamp_seconds(value) / 86400
    return text_of(value).upper()


def utc_expr(header: str) -> Expr:
    """A typed stamp in UTC; empty text for anything that is none."""
    return if_(is_stamp(this(header)), utc_typed(header))


def sort_key(instant: Expr, number: Expr) -> Expr:
    """A key that rises with time, and with the row where two begin at once."""
    since = F.MIN(F.MAX(instant - names.HORIZON_START, 0), LAST_SECOND)
    return since * ROWS + number


def in_calendar(incident: Expr) -> Expr:
    """Whether the incident of a row has clocks: its opening is a stamp inside the calendar."""
    return F.ISNUMBER(F.INDEX(col("tIncidents", "worked at opening 1"), incident))


def clock_change_expr(*headers: str) -> Expr:
    """Whether a stamp of the row may be either of two times, or is a time that never was."""
    checks = list(map(unsure, headers))
    return F.OR(*checks) if len(checks) > 1 else checks[0]


@dataclass
class Side:
    """The twin of what every log has: the incident's place (NaN for none) and stamps in UTC."""

    frame: Frame
    log: SideLog

    @property
    def declared(self) -> Table:
        """The table of the log."""
        return self.log.kind.declared

    @cached_property
    def incident(self) -> Floats:
        """Row of the incident from 1, NaN where there is none."""
        rows: dict[str, int] = {}
        for row, known in enumerate(self.frame["ID"], start=1):
            if known:
                rows.setdefault(known.casefold(), row)
        found = [rows.get(text.casefold(), np.nan) for text in self.log.texts["Incident"]]
        return np.array(found, dtype=np.float64)

    def utc(self, header: str) -> Floats:
        """A column of stamps in UTC, each the instant that its row means."""
        second = named_second(self.words, header)
        return to_utc(self.frame.context.zone, self.log.stamps[header], second)

    @cached_property
    def words(self) -> list[str]:
        """The stamps that each row names as of the second passing of a doubled hour."""
        typed = self.log.raw[SECOND_HOUR]
        # An error value stays one here: a cell that holds it is not empty.
        return words_of(one if isinstance(one, str) else _as_text(one) for one in typed)

    def of_incident(self, header: str) -> Floats:
        """A column of the incident log for each row, NaN where there is no incident."""
        column = np.append(self.frame[header], np.nan)
        known = ~np.isnan(self.incident)
        place = np.where(known, self.incident, len(column)).astype(np.int64) - 1
        return np.asarray(column[place], dtype=np.float64)

    @cached_property
    def running(self) -> Mask:
        """Rows whose incident has clocks."""
        return np.isfinite(self.of_incident("worked at opening 1"))

    @cached_property
    def uncounted(self) -> Mask:
        """Rows whose incident is not counted."""
        return ~np.isnan(self.of_incident(UNCOUNTED))

    def since(self, instants: Floats) -> Floats:
        """Seconds since the horizon's start as a sort key holds them."""
        low, _ = horizon(self.frame.context)
        return np.clip(instants - low, 0, LAST_SECOND)

    def switched(self, *headers: str) -> Mask:
        """The twin of :func:`clock_change_expr`."""
        answer = np.zeros(len(self.log), dtype=np.bool_)
        for header in headers:
            second = named_second(self.words, header)
            answer |= unsure_twin(self.frame.context.zone, self.log.stamps[header], second)
        return answer

    def misnamed(self) -> Mask:
        """Rows that name what is no stamp of a doubled hour."""
        return misnamed_twin(self.frame.context.zone, self.words, dict(self.log.stamps))


def clipped(instants: Floats) -> Floats:
    """Instants with an open end as :data:`OPEN`."""
    return np.where(np.isnan(instants), OPEN, instants)
