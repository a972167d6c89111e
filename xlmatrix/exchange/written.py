"""The tables of an import as files: the documented columns, and the logs as a build takes them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.tickets.reading import Tickets
from xlmatrix.formula import guarded

if TYPE_CHECKING:
    import pandas as pd

#: Of each log beside the incidents its columns as a build's CSV calls them, by those of the table.
LOG_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "pauses": {"incident": "Incident", "from": "From", "to": "To", "reason": "Reason"},
    "changes": {"incident": "Incident", "at": "At", "to": "To"},
    "reopened": {
        "incident": "Incident",
        "reopened": "Reopened",
        "acknowledged": "Acknowledged",
        "responded": "Responded",
        "resolved": "Resolved",
    },
}
_AGAIN: Final = (("acknowledged", "acknowledged_again"), ("responded", "responded_again"))


def incidents_of(tickets: Tickets) -> pd.DataFrame:
    """The incidents as they stand on the sheet: one reopened with the stamps of its present cycle.

    Those of the cycles before are in the log of reopenings; both together are the whole story.
    """
    frame = tickets.incidents.copy()
    last = tickets.reopened.groupby("incident", sort=False).tail(1).set_index("incident")
    if not len(last):
        return frame
    for name, again in _AGAIN:
        newer = frame["id"].map(last[again])
        frame[name] = newer.where(newer.notna(), frame[name]).astype(frame[name].dtype)
    return frame


def logs_of(tickets: Tickets) -> dict[str, pd.DataFrame]:
    """The logs that are not empty, by the option of a build that takes them."""
    frames = {"pauses": tickets.pauses, "changes": tickets.changes, "reopened": tickets.reopened}
    return {
        name: frame[list(LOG_COLUMNS[name])].rename(columns=LOG_COLUMNS[name])
        for name, frame in frames.items()
        if len(frame)
    }


def csv_of(frame: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8: stamps such as ``2026-03-02T09:30:00Z``, no text a formula."""
    import pandas as pd

    made: dict[str, Any] = {}
    for name, column in frame.items():
        if stamps := _stamps(column):
            made[str(name)] = stamps
        elif column.dtype == object:
            made[str(name)] = [guarded(text) for text in column]
        else:
            made[str(name)] = column
    out = io.StringIO()
    pd.DataFrame(made, index=frame.index).to_csv(out, index=False, lineterminator="\r\n")
    # The mark at the beginning tells Excel that the letters are Unicode.
    return out.getvalue().encode("utf-8-sig", "replace")


def parquet_of(frame: pd.DataFrame, *, where: str) -> bytes:
    """A table as Parquet.

    Raises
    ------
    XlmatrixError
        Without pyarrow.
    """
    out = io.BytesIO()
    try:
        frame.to_parquet(out, index=False, engine="pyarrow")
    except ImportError:
        mend = "Install it: pip install 'xlmatrix[parquet]', or write a CSV or an XLSX file"
        raise XlmatrixError("Parquet needs pyarrow", where=where, mend=mend) from None
    return out.getvalue()


def wall_clocks(column: pd.Series[Any]) -> Any:
    """A column for a plain workbook: stamps as ``datetime64[s]`` in UTC, others as they are."""
    if column.dtype.kind != "M":
        return column.to_numpy() if column.dtype.kind in "if" else list(column)
    return column.dt.tz_localize(None).to_numpy().astype("datetime64[s]")


def _stamps(column: pd.Series[Any]) -> list[str]:
    """A column of stamps as texts; none for another column."""
    if column.dtype.kind != "M":
        return []
    seconds = wall_clocks(column)
    texts = np.char.add(np.datetime_as_string(seconds, unit="s"), "Z")
    return list(np.where(np.isnat(seconds), "", texts))
