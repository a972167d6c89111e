"""The table that tickets become, whatever tool they come from: its columns, types and meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from xlmatrix.exchange.late import pandas
from xlmatrix.exchange.tickets.states import Kind

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

State = Literal["open", "acknowledged", "waiting", "resolved", "closed", "reopened", "not counted"]
assert set(get_args(State)) == {kind.value for kind in Kind}
#: How a stamp is held: an instant, to the second, in UTC.
STAMP_DTYPE: Final = "datetime64[s, UTC]"


class DataRow(BaseModel):
    """A row of a data frame; a missing text is ``""``, a missing stamp ``NaT``."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def columns(cls) -> dict[str, str]:
        """Each column's dtype."""
        return {
            field.alias or name: _dtype(field.annotation)
            for name, field in cls.model_fields.items()
        }

    @classmethod
    def empty(cls) -> pd.DataFrame:
        """The table without rows."""
        return cls.frame({})

    @classmethod
    def frame(cls, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> pd.DataFrame:
        """A table from its columns, each of its dtype; those left out are empty."""
        height = len(next(iter(columns.values()), ()))
        made: dict[str, Any] = {}
        pd = pandas()
        for name, dtype in cls.columns().items():
            given = columns.get(name)
            if dtype == STAMP_DTYPE:
                raw = np.full(height, "NaT", "datetime64[s]") if given is None else given
                made[name] = pd.Series(raw, dtype="datetime64[s]").dt.tz_localize("UTC")
                continue
            if given is None:
                given = np.full(height, "" if dtype == "str" else 0, dtype=object)
            elif isinstance(given, np.ndarray) and not given.flags.writeable:
                given = given.copy()
            made[name] = pd.Series(given, dtype=object if dtype == "str" else dtype, copy=False)
        # A copy would bring equal columns together, and hold the table twice meanwhile.
        return pd.DataFrame(made, copy=False)  # type: ignore[no-any-return]


def _dtype(annotation: Any) -> str:
    kinds = get_args(annotation) or (annotation,)
    if datetime in kinds:
        return STAMP_DTYPE
    if bool in kinds:
        return "bool"
    if float in kinds:
        return "float64"
    return "int64" if int in kinds else "str"


class Ticket(DataRow):
    """One incident: a row of the table that :func:`xlmatrix.read_incidents` gives."""

    id: str = Field(description="what people call it; unique without regard to case")
    external_id: str = Field(description="what the tool's own programs know it by")
    link: str = Field(description="the address of the ticket")
    title: str = Field(description="one line")
    category: str = Field(description="the tool's own word for its class")
    class_: str = Field(alias="class", description="the name of a class of the matrix, or empty")
    priority: str = Field(description="the tool's own word for its severity, now")
    severity: str = Field(description="the id of a severity of the matrix, now; or empty")
    severity_at_opening: str = Field(description="the same when it was opened")
    state: State = Field(description="what its state is to the clocks")
    state_word: str = Field(description="the tool's own word for its state")
    not_counted: str = Field(description="why it counts for nothing; empty for one that counts")
    owner: str = Field(description="who works on it")
    team: str = Field(description="whose it is")
    customer: str = Field(description="whom it is for")
    opened: datetime = Field(description="when it began; never missing")
    acknowledged: datetime | None = Field(description="when somebody first took it up")
    responded: datetime | None = Field(description="when its reporter was first answered")
    internal_update: datetime | None = Field(description="when those inside were last told")
    last_update: datetime | None = Field(description="when customers were last told")
    contained: datetime | None = Field(description="when the harm stopped spreading")
    mitigated: datetime | None = Field(description="when the effect was over")
    resolved: datetime | None = Field(description="when the work was over, the last time")
    reviewed: datetime | None = Field(description="when the review after it was held")
    updated: datetime | None = Field(description="when the tool last changed it")
    paused_s: float = Field(
        description="seconds of waiting of which only the sum is known; NaN where it is not told"
    )
    not_recorded: str = Field(
        description="targets of which nobody can tell when they were met, by their labels"
    )
    public_state: str = Field(description="what outsiders are told, where it is set")
    override_reason: str = Field(description="why its severity is not its class's")
    approver: str = Field(description="who approved that")
    notes: str = Field(description="whatever else was said")
    source: str = Field(description="where each stamp comes from")
    file: str = Field(description="the file it stands in")
    line: int = Field(description="where in the file, from 1: a line, a row or a record")


class Pause(DataRow):
    """Time in which a ticket waited."""

    incident: str = Field(description="the id of the ticket")
    from_: datetime = Field(alias="from", description="when the waiting began")
    to: datetime | None = Field(description="when it ended; missing while it waits")
    reason: str = Field(description="what it waited for, in the tool's own word")
    source: str = Field(description="where that was said")


class Change(DataRow):
    """A change of a ticket's severity."""

    incident: str = Field(description="the id of the ticket")
    at: datetime = Field(description="when")
    before: str = Field(description="the severity before, as an id of the matrix or empty")
    to: str = Field(description="the severity from then on, as an id of the matrix or empty")
    priority: str = Field(description="the tool's own word for it")
    source: str = Field(description="where that was said")


class Reopening(DataRow):
    """A reopening, with the stamps of the cycle that ended before it."""

    incident: str = Field(description="the id of the ticket")
    reopened: datetime = Field(description="when it ran again")
    acknowledged: datetime | None = Field(description="of the cycle before")
    responded: datetime | None = Field(description="of the cycle before")
    resolved: datetime | None = Field(description="of the cycle before")
    acknowledged_again: datetime | None = Field(description="of the cycle that began")
    responded_again: datetime | None = Field(description="of the cycle that began")
    source: str = Field(description="where that was said")
