"""The incidents of an export as a build takes them: the log, the logs beside it, the counts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlmatrix.errors import Finding
from xlmatrix.exchange.files import columnar
from xlmatrix.exchange.log import logged
from xlmatrix.exchange.side_logs import read_side_log
from xlmatrix.exchange.tickets.reading import Progress, Tickets, read_tables, read_tickets
from xlmatrix.model import ImportMapping, MatrixSpec
from xlmatrix.rules.logs.histories import joined_rows
from xlmatrix.rules.logs.incident_log import IncidentLog

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Imported:
    """The incidents of one import.

    Attributes
    ----------
    log
        One row an incident, in the order of the files.
    typed
        The cells of the logs beside the incidents that its histories fill.
    findings
        Rows that cannot be used and everything that was decided, with ``file:line``.
    tickets
        The tables that it was made of, with the counts of each file.
    """

    log: IncidentLog
    typed: Mapping[tuple[str, str, str], Any]
    findings: tuple[Finding, ...]
    tickets: Tickets = field(repr=False)

    @property
    def opened_range(self) -> tuple[datetime, datetime] | None:
        """First and last opening on the matrix's wall clock; None without incidents."""
        opened = self.log.stamps["Opened"]
        return (opened.min().item(), opened.max().item()) if len(opened) else None


def read_incidents(
    given: str | Path | Sequence[str | Path] | pd.DataFrame | Any,
    spec: MatrixSpec,
    *,
    mapping: Mapping[str, ImportMapping] | None = None,
    format: str | None = None,  # noqa: A002
    progress: Progress | None = None,
) -> Imported:
    """Read the incidents of an export.

    Parameters
    ----------
    given
        The path of an export, or several of one tool (a list and its histories); tickets that were
        read before; or a data frame or Arrow data, with the columns of an export or of
        :class:`~xlmatrix.exchange.tickets.schema.Ticket`.
    spec
        Its ``import`` section says what words mean, its zone is the zone of stamps that name none.
    mapping
        Mappings by tool instead of the spec's.
    format
        A tool or one of its forms; None tells by the content.

    Raises
    ------
    XlmatrixError
        The file cannot be read or is of no form that is known, nothing decides the order of its
        dates, or there are more incidents than a sheet holds.
    FindingsError
        Not one of its rows can be used.
    """
    tickets = tickets_of(given, spec, mapping=mapping, format=format, progress=progress)
    return imported_of(tickets, spec)


def imported_of(tickets: Tickets, spec: MatrixSpec) -> Imported:
    """Tickets that are read already, as a build takes them.

    Raises
    ------
    XlmatrixError
        There are more incidents than a sheet holds.
    """
    made = logged(tickets, spec)
    return Imported(made.log, made.typed, (*tickets.findings, *made.findings), tickets)


def tickets_of(
    given: Any,
    spec: MatrixSpec | None,
    *,
    mapping: Mapping[str, ImportMapping] | None = None,
    format: str | None = None,  # noqa: A002
    zone: str | None = None,
    progress: Progress | None = None,
) -> Tickets:
    """The tickets of paths, a data frame or Arrow data; errors as of :func:`read_incidents`.

    Tickets that were read before are given back.
    """
    if isinstance(given, Tickets):
        return given
    if isinstance(given, str | os.PathLike):
        given = [Path(given)]
    if isinstance(given, list | tuple):
        return read_tickets(given, spec, mapping=mapping, form=format, zone=zone, progress=progress)
    table = columnar.of_frame(columnar.frame_of(given))
    return read_tables([table], spec, mapping=mapping, form=format, zone=zone, progress=progress)


def logs_of(
    given: Sequence[str | os.PathLike[str]],
    spec: MatrixSpec,
    beside: Mapping[str, str | os.PathLike[str]],
    *,
    mapping: Mapping[str, ImportMapping] | None = None,
) -> tuple[IncidentLog, dict[tuple[str, str, str], Any]]:
    """The log of an export, and the typed cells of what it brings and of the CSVs beside it.

    ``beside`` are paths by the name of their log; the rest and errors as of :func:`read_incidents`
    and :func:`~xlmatrix.exchange.side_logs.read_side_log`.
    """
    brought = read_incidents([*map(Path, given)], spec, mapping=mapping)
    rows = (read_side_log(Path(path), spec, name).cells for name, path in beside.items())
    return brought.log, joined_rows(brought.typed, *rows)
