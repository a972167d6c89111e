"""Incidents with what the engine says of them: when each target is due and how it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from xlmatrix.api.horizon import covering
from xlmatrix.api.importing import Mapped, mappings_of, tickets_within
from xlmatrix.api.sources import Spec, paths_among, read_source
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import Tickets, tickets_of
from xlmatrix.exchange.files.columnar import frame_of
from xlmatrix.exchange.late import pandas
from xlmatrix.exchange.log import logged
from xlmatrix.exchange.tickets.schema import STAMP_DTYPE, Change, DataRow, Pause, Reopening
from xlmatrix.exchange.tickets.stamps import zone_for
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.incidents.steps import ALL_STEPS, JUDGED_STEPS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    import pandas as pd

    from xlmatrix.rules.frame import Frame

#: Incidents that are computed at once: what stands in memory besides the table.
_AT_ONCE: Final = 50_000
_NOT_USED: Final = "not used: an earlier state of a ticket that stands in another row"


class Deadlines(DataRow):
    """The columns that :func:`xlmatrix.deadlines` adds to a row."""

    severity: str = Field(description="the severity in force: as set and changed, or the class's")
    status: str = Field(description="how the incident stands, as the sheet Incidents says it")
    next_step: str = Field(description="the target that is due next")
    next_due: datetime | None = Field(description="when it is due")
    warn_at: datetime | None = Field(description="from when on it is due soon")
    by_whom: str = Field(description="who has to meet it")
    acknowledge_due: datetime | None = Field(description="when it has to be acknowledged")
    response_due: datetime | None = Field(description="when its reporter has to be answered")
    internal_update_due: datetime | None = Field(description="when those inside hear the next")
    customer_update_due: datetime | None = Field(description="when customers hear the next")
    contain_due: datetime | None = Field(description="when the harm has to stop spreading")
    mitigate_due: datetime | None = Field(description="when the effect has to be over")
    resolve_due: datetime | None = Field(description="when the work has to be over")
    review_due: datetime | None = Field(description="when the review has to be held")
    acknowledge_state: str = Field(description="running, met, breached, paused or not recorded")
    response_state: str = Field(description="the same of the first response")
    contain_state: str = Field(description="the same of containing")
    mitigate_state: str = Field(description="the same of mitigating")
    resolve_state: str = Field(description="the same of resolving")
    review_state: str = Field(description="the same of the review")
    breaches: str = Field(description="the targets breached since the last reopening")
    breached: bool = Field(description="whether there is one")
    ever_breached: bool = Field(description="whether one was breached in any of its cycles")
    check: str = Field(description="what is odd about the row, or why it cannot be used")


def _stem(due: str) -> str:
    """``acknowledge`` for *Acknowledge due*."""
    return due.removesuffix(" due").lower().replace(" ", "_")


#: Columns of the log by the name they get: texts, yes or no, and instants in UTC.
_TEXTS: Final = {
    "severity": "Severity", "status": "Status", "next_step": "Next step", "by_whom": "By whom",
    "breaches": "Breaches", "check": "Check",
    **{f"{_stem(step.due)}_state": f"{step.code} state" for step in JUDGED_STEPS},
}  # fmt: skip
_YES_NO: Final = {"breached": "Breached in this cycle", "ever_breached": "Ever breached"}
_INSTANTS: Final = {
    "next_due": "next s",
    "warn_at": "warn s",
    **{f"{_stem(step.due)}_due": f"{step.code} due s" for step in ALL_STEPS},
}


# Long because: every parameter is explained to those who call the library.
def deadlines(
    given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pd.DataFrame | Any,
    spec: Spec,
    *,
    pauses: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
    reopened: pd.DataFrame | None = None,
    as_of: datetime | str | None = None,
    mapping: Mapped | None = None,
    format: str | None = None,  # noqa: A002
    zone: str | None = None,
) -> pd.DataFrame:
    """The same rows with when each target is due and how it stands, as a workbook says it.

    Parameters
    ----------
    given
        As of :func:`xlmatrix.read_incidents`; a data frame, such as it gives, may have the columns
        of any export. Stamps without a zone are wall-clock times of ``zone``.
    spec
        A spec, the path of its YAML or of a workbook in use, or a shipped template's name.
    pauses, changes, reopened
        The logs beside the incidents, with the columns that :func:`xlmatrix.read_tickets` gives,
        instead of those that the histories of an export tell. Rows of incidents that are not in
        ``given`` change nothing.
    as_of
        The instant of which the states speak: naive (wall clock in the matrix's zone), aware, or
        text. None takes ``SOURCE_DATE_EPOCH`` where that is set, else the present.
    mapping, format, zone
        As of :func:`xlmatrix.read_incidents`.

    Returns
    -------
    pandas.DataFrame
        A data frame with its index and its columns, of files and tickets the rows that
        :func:`xlmatrix.read_incidents` gives; then those of :class:`Deadlines`; of a name that
        is there already they take the place. Stamps are ``datetime64[s, UTC]``; NaT where nothing
        is due, a clock stands still, or the deadline lies beyond the calendar. A row that cannot be
        used has empty columns and says why in ``check``.

    Raises
    ------
    XlmatrixError
        A column is missing or holds what it cannot, or the incidents lie too many years apart.
    FindingsError
        Not one of the rows can be used.
    """
    known = read_source(spec)[1]
    table, tickets = _read(given, known, mapping, format, zone)
    home = zone or known.zone
    logs: dict[str, Any] = {
        name: _side(frame, model, home, name, tickets)
        for name, frame, model in (
            ("pauses", pauses, Pause), ("changes", changes, Change),
            ("reopened", reopened, Reopening),
        )
        if frame is not None
    }  # fmt: skip
    made = _computed(replace(tickets, **logs), known, as_of)
    if table is None:
        return _joined(tickets.incidents, made, np.arange(len(tickets.incidents)), {})
    return _beside(table, made, tickets)


def _read(
    given: Any, spec: MatrixSpec, mapping: Mapped | None, form: str | None, zone: str | None
) -> tuple[pd.DataFrame | None, Tickets]:
    """The table that was given, None where it was files or tickets; and the tickets in it."""
    mappings = None if mapping is None else mappings_of(mapping, spec)
    given = tickets_within(given)
    whole = isinstance(given, Tickets) or bool(paths_among(given))
    table = None if whole else frame_of(given)
    source = given if whole else table
    return table, tickets_of(source, spec, mapping=mappings, format=form, zone=zone)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the incidents as a workbook takes them."""

    log: IncidentLog
    typed: Mapping[tuple[str, str, str], Any]


def _computed(
    tickets: Tickets, spec: MatrixSpec, as_of: datetime | str | None
) -> dict[str, NDArray[Any]]:
    """The columns of the incidents, in their order."""
    from xlmatrix.sheets.book import make_scene

    frozen = as_of_stamp(as_of, spec.zone)
    now = frozen or now_in(spec.zone)
    parts = [_Part(one.log, one.typed) for one in (logged(t, spec) for t in _parts(tickets))]
    stamps = {
        header: np.concatenate([part.log.stamps[header] for part in parts])
        for header in parts[0].log.stamps
    }
    wide, _ = covering(spec, IncidentLog.of({ID: [""] * len(tickets.incidents)}, stamps), now)
    found = []
    for part in parts:
        scene = make_scene(wide, part.log, as_of=frozen, created=now, typed=dict(part.typed))
        found.append(_columns(scene.frame, len(part.log)))
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _columns(frame: Frame, height: int) -> dict[str, NDArray[Any]]:
    """The columns of one part, without the blank rows below."""
    made: dict[str, NDArray[Any]] = {
        name: np.array([str(text) for text in frame[column][:height]], dtype=object)
        for name, column in _TEXTS.items()
    }
    made |= {name: frame[column][:height] == "yes" for name, column in _YES_NO.items()}
    for name, column in _INSTANTS.items():
        instants = frame[column][:height]
        real = np.isfinite(instants)
        made[name] = np.full(height, "NaT", "datetime64[s]")
        made[name][real] = (instants[real].astype(np.int64) - EPOCH_S).view("datetime64[s]")
    return made


def _parts(tickets: Tickets) -> Iterator[Tickets]:
    """Some incidents at once, each with its own rows of the logs."""
    for first in range(0, max(len(tickets.incidents), 1), _AT_ONCE):
        some = tickets.incidents.iloc[first : first + _AT_ONCE]
        logs = (tickets.pauses, tickets.changes, tickets.reopened)
        pauses, changes, again = (log[log["incident"].isin(set(some["id"]))] for log in logs)
        yield replace(tickets, incidents=some, pauses=pauses, changes=changes, reopened=again)


def _side(
    frame: pd.DataFrame, model: type[DataRow], zone: str, name: str, tickets: Tickets
) -> pd.DataFrame:
    """A log beside the incidents under its documented columns; ids as the incidents spell them."""
    spelt = {id_.casefold(): id_ for id_ in tickets.incidents["id"]}
    columns: dict[str, Any] = {}
    for column, dtype in model.columns().items():
        if column not in frame:
            if column in ("incident", _BEGINS[model]):
                raise XlmatrixError(
                    f"the column '{column}' is missing",
                    where=name,
                    mend=f"Give the columns {', '.join(model.columns())}",
                )
        elif dtype == STAMP_DTYPE:
            columns[column] = _instants(frame[column], zone, f"{name}: {column}")
        else:
            texts, gone = frame[column].astype(object), frame[column].isna()
            columns[column] = ["" if no else str(one) for one, no in zip(texts, gone, strict=True)]
    columns["incident"] = [spelt.get(id_.strip().casefold(), id_) for id_ in columns["incident"]]
    # Of several reopenings the last is the one that runs.
    return model.frame(columns).sort_values(_BEGINS[model], kind="stable", ignore_index=True)


#: When each row of a log begins; without it and its incident a row says nothing.
_BEGINS: Final[Mapping[type[DataRow], str]] = {
    Pause: "from", Change: "at", Reopening: "reopened",
}  # fmt: skip


def _instants(column: pd.Series[Any], zone: str, where: str) -> NDArray[np.datetime64]:
    """A column of stamps in UTC."""
    stamps = column
    if not isinstance(column.dtype, pandas().DatetimeTZDtype):
        try:
            stamps = pandas().to_datetime(column)
        except (ValueError, TypeError) as fault:
            raise XlmatrixError(
                f"not all of it are stamps ({str(fault)[:120]})",
                where=where,
                mend="Give datetimes, with a zone or as the wall clock of the matrix shows them",
            ) from None
    if isinstance(stamps.dtype, pandas().DatetimeTZDtype):
        utc = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
        return np.asarray(utc, dtype="datetime64[s]")
    wall = stamps.to_numpy().astype("datetime64[s]")
    answer, real = wall.copy(), ~np.isnat(wall)
    seconds = zone_for(zone).to_utc(wall[real].astype(np.int64))
    answer[real] = np.asarray(seconds).view("datetime64[s]")
    return answer


def _beside(
    table: pd.DataFrame, made: Mapping[str, NDArray[Any]], tickets: Tickets
) -> pd.DataFrame:
    """The rows as they were given with what was made of those that are incidents."""
    rows = tickets.incidents["line"].to_numpy() - 1
    left = dict.fromkeys(set(range(len(table))) - set(rows.tolist()), _NOT_USED)
    for finding in tickets.findings:
        line = _LINE.search(finding.where)
        if line and finding.what.startswith("row not used") and int(line[1]) - 1 in left:
            left[int(line[1]) - 1] = finding.what
    return _joined(table, made, rows, left)


def _joined(
    table: pd.DataFrame,
    made: Mapping[str, NDArray[Any]],
    rows: NDArray[np.intp],
    left: Mapping[int, str],
) -> pd.DataFrame:
    """A table with what was made of some of its rows; ``left`` says why others are none."""
    whole: dict[str, Any] = {}
    for name, dtype in Deadlines.columns().items():
        if dtype == STAMP_DTYPE:
            whole[name] = np.full(len(table), "NaT", "datetime64[s]")
        else:
            whole[name] = np.full(len(table), False if dtype == "bool" else "", dtype=object)
        whole[name][rows] = made[name]
    for row, why in left.items():
        whole["check"][row] = why
    answer = table.copy()
    added = Deadlines.frame(whole)
    for name in Deadlines.columns():
        answer[name] = added[name].array
    return answer


_LINE: Final = re.compile(r":(\d+)$")
